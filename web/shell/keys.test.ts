/** The keys that people bring along do what they expect, and nothing where they mean something else. */
import { describe, expect, test } from "vitest";
import { commandOf, commands, keyLabel, keysOf, type Command, type KeyPress, type Place } from "./keys.ts";

/** "Ctrl+Shift+P" as the browser would report it. */
function press(keys: string): KeyPress {
  const parts = keys.split("+");
  const key = parts.at(-1) ?? "";
  return {
    key: parts.includes("Shift") || key.length > 1 ? key : key.toLowerCase(),
    ctrlKey: parts.includes("Ctrl"),
    metaKey: parts.includes("Cmd"),
    shiftKey: parts.includes("Shift"),
    altKey: parts.includes("Alt"),
  };
}

test.each<[string, Place, Command | null]>([
  ["Ctrl+Enter", "editor", "run"],
  ["Ctrl+Enter", "page", "run"],
  ["Ctrl+Enter", "field", null],
  ["Shift+Enter", "editor", "run"],
  ["Shift+Enter", "field", null],
  ["Shift+Enter", "page", null],
  ["Enter", "editor", null],
  ["F5", "field", "run"],
  ["Shift+F5", "editor", "stop"],
  ["Ctrl+S", "field", "save"],
  ["F1", "page", "palette"],
  ["Ctrl+Shift+P", "editor", "palette"],
  ["Ctrl+B", "editor", "side"],
  ["Ctrl+J", "page", "panel"],
  ["Ctrl+Shift+H", "editor", "shortcuts"],
  ["?", "page", "shortcuts"],
  ["Shift+?", "page", "shortcuts"],
  ["?", "editor", null],
  ["?", "field", null],
  ["?", "terminal", null],
  ["Ctrl+B", "terminal", null],
  ["Ctrl+J", "terminal", null],
  ["Ctrl+Enter", "terminal", null],
  ["Shift+F5", "terminal", "stop"],
  ["F5", "terminal", "run"],
  ["Ctrl+S", "terminal", "save"],
  ["Ctrl+Alt+Enter", "editor", null],
  ["Cmd+Enter", "editor", null],
])("%s in the %s is %s", (keys, place, command) =>
  expect(commandOf(press(keys), place, false)).toBe(command),
);

describe("on a Mac", () => {
  test("Cmd takes the place of Ctrl", () => {
    expect(commandOf(press("Cmd+Enter"), "editor", true)).toBe("run");
    expect(commandOf(press("Ctrl+Enter"), "editor", true)).toBeNull();
    expect(keysOf("run", true)).toBe("⌘Enter");
  });
});

test("no two commands share a key in a place", () => {
  const seen = new Map<string, Command>();
  for (const [command, { bindings }] of Object.entries(commands) as [Command, (typeof commands)[Command]][]) {
    for (const binding of bindings) {
      const label = keyLabel(binding, false);
      expect(seen.get(label)).toBeUndefined();
      seen.set(label, command);
    }
  }
});
