import { describe, expect, test } from "@jest/globals";
import { commands } from "./commands.ts";
import { helpFor, helpForAll } from "./help.ts";
import { parseCall } from "./parse-call.ts";

const named = (name: string) => commands.find((command) => command.name === name)!;

describe("arguments", () => {
  test("words and options are told apart, wherever they stand", () => {
    const call = parseCall(named("publish"), ["--account", "@ada", "a file.mp4", "--caption=Été #lyon", "--wait"]);
    expect(call.words).toEqual(["a file.mp4"]);
    expect(call.text("account")).toBe("@ada");
    expect(call.text("caption")).toBe("Été #lyon");
    expect([call.flag("wait"), call.flag("consent"), call.text("privacy")]).toEqual([true, false, undefined]);
  });

  test("an option without text counts as not given", () => {
    expect(parseCall(named("sync"), ["--account="]).text("account")).toBeUndefined();
  });

  test.each([
    ["an unknown option", "doctor", ["--jsn"], "Unknown option '--jsn'"],
    ["a missing text", "sync", ["--account"], "--account"],
    ["a text for a switch", "doctor", ["--json=yes"], "--json"],
    ["a word too many", "doctor", ["now"], "It takes options only"],
    ["two files", "publish", ["a.mp4", "b.mp4"], "It takes `<file>"],
  ])("%s is refused in one sentence that says where to read on", (_, name, args, says) => {
    const refuse = () => parseCall(named(name), args);
    expect(refuse).toThrow(says);
    expect(refuse).toThrow(new RegExp(`^[^\\n]+: \`npm run reelay -- ${name} --help\` says what it takes\\.$`));
    expect(refuse).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});

describe("help", () => {
  test("for all names every command and every exit code", () => {
    const help = helpForAll(commands, 80);
    for (const { name } of commands) expect(help).toContain(`  ${name} `);
    expect(help.replaceAll(/\s+/g, " ")).toContain("0 done, 1 something is wrong, 2 misused, 3 no answer");
  });

  test.each(commands.map((command) => [command.name, command] as const))(
    "for %s explains each option",
    (_, command) => {
      const help = helpFor(command, 80);
      const said = help.replaceAll(/\s+/g, " ");
      for (const [option, { says }] of Object.entries(command.options)) {
        expect(said).toContain(`--${option}`);
        expect(said).toContain(says);
      }
      expect(helpForAll(commands, 80).replaceAll(/\s+/g, " ")).toContain(`${command.name} ${command.summary}`);
      expect(help).toContain(`npm run reelay -- ${command.name}`);
    },
  );

  test.each([80, 100])("fits %i columns", (width) => {
    const pages = [helpForAll(commands, width), ...commands.map((command) => helpFor(command, width))];
    const tooLong = pages
      .join("\n")
      .split("\n")
      .filter((line) => line.length > width);
    expect(tooLong).toEqual([]);
  });
});
