/** Where lines of the program are named in the terminal: found under the pointer, and marked once a run has ended. */
import type { IBufferRange, Terminal } from "@xterm/xterm";
import { findLineLinks } from "./traceback-links.ts";

export interface TerminalLink {
  readonly text: string;
  /** Cells from 1; `end` is the last one. */
  readonly range: IBufferRange;
  /** Line of the program, from 1. */
  readonly line: number;
}

/** The links of the logical line that goes through `row` (from 1); a long line is several rows. */
export function linksThrough(terminal: Terminal, row: number, fileName: string): readonly TerminalLink[] {
  const { active } = terminal.buffer;
  let first = row - 1;
  while (first > 0 && (active.getLine(first)?.isWrapped ?? false)) first -= 1;
  let text = "";
  for (let at = first; ; at++) {
    const line = active.getLine(at);
    if (line === undefined || (at > first && !line.isWrapped)) break;
    text += line.translateToString(false);
  }
  const place = (at: number): { x: number; y: number } => ({
    x: (at % terminal.cols) + 1,
    y: first + Math.floor(at / terminal.cols) + 1,
  });
  return findLineLinks(text, fileName).map(({ start, end, line }) => ({
    text: text.slice(start, end),
    range: { start: place(start), end: place(end - 1) },
    line,
  }));
}

/** A traceback stands at the end; further up nobody looks for one. */
const rowsMarked = 200;

/** Colours the links of the last rows. Returns how to take the marks away. */
export function showLineLinks(terminal: Terminal, fileName: string, colour: string): () => void {
  const { active } = terminal.buffer;
  const cursor = active.baseY + active.cursorY;
  const marks: { dispose(): void }[] = [];
  for (let row = Math.max(0, cursor - rowsMarked); row <= cursor; row++) {
    if (active.getLine(row)?.isWrapped !== false) continue;
    for (const { range } of linksThrough(terminal, row + 1, fileName)) {
      for (let y = range.start.y; y <= range.end.y; y++) {
        const from = y === range.start.y ? range.start.x - 1 : 0;
        const to = y === range.end.y ? range.end.x : terminal.cols;
        const marker = terminal.registerMarker(y - 1 - cursor);
        const mark = terminal.registerDecoration({
          marker,
          x: from,
          width: to - from,
          foregroundColor: colour,
          layer: "top",
        });
        marks.push(marker);
        if (mark !== undefined) marks.push(mark);
      }
    }
  }
  return () => {
    for (const mark of marks) mark.dispose();
  };
}
