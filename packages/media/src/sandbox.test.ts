import { expect, test } from "@jest/globals";
import { sandboxed } from "./sandbox.ts";

const limits = { memoryBytes: 1, cpuSeconds: 2, fileBytes: 3, openFiles: 4 };

test("a program runs with an empty environment, without network, in its own group, within limits", () => {
  expect(
    sandboxed(
      "/bin/ffmpeg",
      { env: "/bin/env", prlimit: "/bin/prlimit", setsid: "/bin/setsid", unshare: ["/bin/unshare", "-n"] },
      limits,
    ),
  ).toEqual({
    command: "/bin/env",
    args: [
      "-i",
      "/bin/setsid",
      "/bin/prlimit",
      "--as=1",
      "--cpu=2",
      "--fsize=3",
      "--nofile=4",
      "--core=0",
      "--",
      "/bin/unshare",
      "-n",
      "/bin/ffmpeg",
    ],
  });
});

test("a system without prlimit, setsid and unshare still empties the environment", () => {
  expect(sandboxed("/bin/ffmpeg", { env: "/usr/bin/env", prlimit: null, setsid: null, unshare: null }, limits)).toEqual(
    {
      command: "/usr/bin/env",
      args: ["-i", "/bin/ffmpeg"],
    },
  );
});
