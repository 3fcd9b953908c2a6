/** Finds where lines of the program are named in the terminal's rows, for the pointer to go through. */
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
