export { openBoard, type Board, type BoardServer, type Throughput } from "./open-board.ts";
