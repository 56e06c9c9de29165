import { compile } from "../enter.mjs";

/** Tests that start our programs as processes start what is compiled. */
export default function setup() {
  compile();
}
