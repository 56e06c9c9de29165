import { writeFile } from "node:fs/promises";
import { failures, hintOf, type FailureCode } from "@reelay/domain";
import { statesPage } from "../packages/domain/src/states-page.ts";

const head = `# Failures

Every failure has one code, and the code says who has to act: \`nobody\` (it is tried again), the \`caller\` (the request), the \`creator\` (the account or the content), the \`operator\` (a setting) or the \`maintainer\` (a defect of ours).
The API answers with the code, who acts, the sentence and, where one can be named, the next step as \`hint\`, in the language of \`Accept-Language\` (English or French).
The list is in \`packages/domain/src/failures/\`; \`npm run docs\` writes this page and a test compares both.

| code | who acts | sentence | hint |
|---|---|---|---|
`;
const rows = Object.entries(failures).map(
  ([code, spec]) => `| \`${code}\` | ${spec.who} | ${spec.public.en} | ${hintOf(code as FailureCode, "en") ?? "–"} |\n`,
);
await writeFile(new URL("../docs/errors.md", import.meta.url), head + rows.join(""));
await writeFile(new URL("../docs/states.md", import.meta.url), statesPage());
