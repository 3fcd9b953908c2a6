/** Keys in the output go where they are meant: to a program that reads them, else to the page. */
import { expect, test } from "vitest";
import { keyMeaning } from "./terminal-keys.ts";

function press(keys: string): Parameters<typeof keyMeaning>[0] {
  const parts = keys.split("+");
  return {
    type: "keydown",
    key: parts.at(-1) ?? "",
    ctrlKey: parts.includes("Ctrl"),
    shiftKey: parts.includes("Shift"),
    altKey: parts.includes("Alt"),
    metaKey: parts.includes("Cmd"),
  };
}

test.each([
  ["a", "program"],
  ["Ctrl+c", "program"],
  ["Ctrl+d", "program"],
  ["ArrowUp", "program"],
  ["Tab", "program"],
  ["Shift+Tab", "page"],
  ["Ctrl+v", "page"],
  ["Ctrl+Shift+C", "page"],
  ["Cmd+c", "page"],
])("%s in a live terminal is for the %s", (keys, meaning) => {
  expect(keyMeaning(press(keys), { isLive: true, hasSelection: false })).toBe(meaning);
});

test("Ctrl+C copies what is selected, in a live terminal too", () => {
  expect(keyMeaning(press("Ctrl+c"), { isLive: true, hasSelection: true })).toBe("page");
  expect(keyMeaning(press("Ctrl+c"), { isLive: false, hasSelection: true })).toBe("page");
});

test("where nothing reads the keys, only Ctrl+C means something: stop", () => {
  expect(keyMeaning(press("Ctrl+c"), { isLive: false, hasSelection: false })).toBe("interrupt");
  for (const key of ["a", "Tab", "Ctrl+d", "Enter"])
    expect(keyMeaning(press(key), { isLive: false, hasSelection: false })).toBe("page");
});
