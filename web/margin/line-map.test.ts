/** Numbers stay with their lines: through edits as the editor tells them, and by comparing texts where nobody saw the edits. */
import { describe, expect, test } from "vitest";
import { followEdits, isChanged, linesOf, mapLines, type Edit, type LineMap } from "./line-map.ts";

const program = ["import x", "", "def ask(n):", "    return post(n)", "", "ask(1)", "ask(2)", "ask(2)"];
const same = mapLines(program, program);

/** Applies edits, given from the end of the text to its start, as the editor does. */
function edited(map: LineMap, before: readonly string[], ...edits: readonly Edit[]) {
  let now = [...before];
  for (const { startLine, startColumn, endLine, endColumn, text } of edits) {
    const start = now[startLine - 1]?.slice(0, startColumn - 1) ?? "";
    const end = now[endLine - 1]?.slice(endColumn - 1) ?? "";
    now.splice(startLine - 1, endLine - startLine + 1, ...linesOf(start + text + end));
  }
  return { now, map: followEdits(map, before, edits, now) };
}
const edit = (place: readonly [number, number, number, number], text: string): Edit => {
  const [startLine, startColumn, endLine, endColumn] = place;
  return { startLine, startColumn, endLine, endColumn, text };
};
/** The text that each line that ran has now. */
const shown = (map: LineMap, now: readonly string[]) => map.at.map((line) => line && now[line - 1]);

describe("edits", () => {
  test("above a line move it, and below leave it", () => {
    const { map } = edited(same, program, edit([7, 7, 7, 7], "\nprint()"), edit([2, 1, 2, 1], "\n\n"));
    expect(map.at).toEqual([1, 2, 5, 6, 7, 8, 9, 11]);
  });

  test("a line break at the start of a line moves it, one at its end does not", () => {
    expect(edited(same, program, edit([4, 5, 4, 5], "\n    ")).map.at[3]).toBe(5);
    expect(edited(same, program, edit([4, 19, 4, 19], "\n    ")).map.at[3]).toBe(4);
    expect(edited(same, program, edit([4, 11, 4, 11], "\n")).map.at.slice(3, 5)).toEqual([4, 6]);
  });

  test("in a line keep it, marked as changed until the change is taken back", () => {
    const once = edited(same, program, edit([6, 5, 6, 6], "10"));
    expect(once.map.at).toEqual(same.at);
    expect(isChanged(once.map, 5, once.now[5] ?? "")).toBe(true);
    const back = edited(once.map, once.now, edit([6, 5, 6, 7], "1"));
    expect(isChanged(back.map, 5, back.now[5] ?? "")).toBe(false);
    expect(isChanged(same, 5, "ask(1)  ")).toBe(false);
  });

  test("that delete the first of two equal lines leave the second one its own number", () => {
    const { map } = edited(same, program, edit([7, 1, 8, 1], ""));
    expect(map.at.slice(5)).toEqual([6, null, 7]);
  });

  test("that take a line away and bring it back (undo) bring its number back", () => {
    const gone = edited(same, program, edit([3, 1, 7, 1], ""));
    expect(gone.map.at).toEqual([1, 2, null, null, null, null, 3, 4]);
    const back = edited(gone.map, gone.now, edit([3, 1, 3, 1], `${program.slice(2, 6).join("\n")}\n`));
    expect(back.map.at).toEqual(same.at);
  });

  test("of several cursors at once are all followed", () => {
    const ends = [7, 6, 4].map((line) => edit([line, 1, line, 1], "# before\n"));
    const { map, now } = edited(same, program, ...ends);
    expect(map.at).toEqual([1, 2, 3, 5, 6, 8, 10, 11]);
    expect(shown(map, now)).toEqual(program);
    const twice = edited(same, program, edit([6, 7, 6, 7], "!"), edit([6, 1, 6, 1], "x\n"));
    expect(twice.map.at.slice(5)).toEqual([7, 8, 9]);
  });

  test("that join two lines keep the number of the first", () => {
    const { map } = edited(same, program, edit([6, 7, 7, 1], "; "));
    expect(map.at.slice(5)).toEqual([6, null, 7]);
  });

  test("that cut a line and paste it elsewhere take its number along", () => {
    const cut = edited(same, program, edit([4, 1, 5, 1], ""));
    const pasted = edited(cut.map, cut.now, edit([1, 1, 1, 1], "return post(n)\n"));
    expect(pasted.map.at[3]).toBe(1);
    expect(shown(pasted.map, pasted.now).slice(0, 3)).toEqual(program.slice(0, 3));
  });

  test("that replace all of the text by almost the same find every line again", () => {
    const next = ["# new", ...program.slice(0, 5), "ask(1, 2)", ...program.slice(6)];
    const { map } = edited(same, program, edit([1, 1, 8, 7], next.join("\n")));
    expect(map.at).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(isChanged(map, 5, next[6] ?? "")).toBe(true);
  });
});

describe("texts alone", () => {
  test("another program has nothing of this one", () => {
    const other = ["print('hello')", "for number in range(10):", "    total += number"];
    expect(mapLines(program, other).at.every((line) => line === null)).toBe(true);
  });

  test("a line that was moved is found where it is the only one like it", () => {
    const next = [...program.slice(0, 5), "ask(2)", "ask(2)", "", "ask(1)"];
    expect(shown(mapLines(program, next), next)).toEqual(program);
  });

  test("large texts are compared in time", () => {
    const large = Array.from({ length: 20_000 }, (_, index) => (index % 3 === 0 ? "    }" : `line ${index}`));
    const next = ["# first", ...large.slice(0, 9_000), ...large.slice(9_010), "# last"];
    const { at } = mapLines(large, next);
    expect([at[0], at[8_999], at.at(-1)]).toEqual([2, 9_001, 19_991]);
  });

  test("line ends of any system are the same", () => {
    expect(linesOf("a\r\nb\rc\n")).toEqual(["a", "b", "c", ""]);
  });
});
