import { expect, test } from "vitest";
import { settingNames, settings } from "../settings-table.ts";
import { readCommandLine } from "./command-line.ts";
import { helpText } from "./help.ts";
import { openerFor } from "./open-browser.ts";
import { runFlags } from "./run-flags.ts";

const read = (line: string) => readCommandLine(line === "" ? [] : line.split(" "));
const faults = (line: string) => {
  const result = read(line);
  return result.ok ? [] : result.error;
};

test.each([
  ["", "serve"],
  ["serve", "serve"],
  ["--port 7000", "serve"],
  ["serve --simulator --no-browser", "serve"],
  ["doctor", "doctor"],
  ["doctor --json --data x", "doctor"],
  ["run a.py", "run"],
  ["run --stdin a.py --report r.json -- --help -x", "run"],
  ["--help", "help"],
  ["run --help", "help"],
  ["help", "help"],
  ["--version", "version"],
])("`%s` is %s", (line, command) => {
  expect(read(line)).toMatchObject({ ok: true, value: { command } });
});

test("what stands after -- belongs to the program, flags and all", () => {
  const result = read("run a.py --model m -- --model x -- y");
  expect(result.ok && result.value.command === "run" && result.value.flags.rest).toEqual([
    "--model",
    "x",
    "--",
    "y",
  ]);
});

test.each([
  ["srve", "srve"],
  ["--prt 1", "--prt"],
  ["--port", "--port needs a value"],
  ["--port --simulator", "--port needs a value"],
  ["--port 1 --port 2", "twice"],
  ["--simulator=1", "takes no value"],
  ["serve extra", "extra"],
  ["doctor --report x", "--report"],
  ["run", "needs the FILE"],
  ["run a.py b.py", "b.py"],
  ["run a.py --host 0.0.0.0", "--host"],
  ["--simulat", "Did you mean --simulator?"],
])("`%s` is refused with a hint: %s", (line, named) => {
  expect(faults(line).join()).toContain(named);
});

test("all faults of a line are told together", () => {
  expect(faults("--nope --port --data")).toHaveLength(2);
});

test("help names every flag and variable, and is plain unless told otherwise", () => {
  const text = helpText((heading) => heading);
  for (const name of settingNames) {
    expect(text).toContain(settings[name].variable);
    expect(text).toContain(settings[name].flag ?? "");
  }
  for (const { flag } of runFlags) expect(text).toContain(flag);
  expect(text).not.toContain("\x1b");
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
});

test("a browser is opened only where there is a desktop", () => {
  expect(openerFor("linux", {})).toBeNull();
  expect(openerFor("linux", { DISPLAY: ":0" })).toBe("xdg-open");
  expect(openerFor("linux", { WAYLAND_DISPLAY: "wayland-0" })).toBe("xdg-open");
  expect(openerFor("linux", { WSL_DISTRO_NAME: "Debian" })).toBe("wslview");
  expect(openerFor("darwin", {})).toBe("open");
});
