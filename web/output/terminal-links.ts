/** Finds where lines of the program are named in the terminal's rows, for the pointer to go through. */
import type { IBufferRange, Terminal } from "@xterm/xterm";
import type { LineLink, Place } from "./traceback-links.ts";

export interface TerminalLink {
  readonly text: string;
  /** Cells from 1; `end` is the last one. */
  readonly range: IBufferRange;
  readonly place: Place;
}

/** The links of the logical line that goes through `row` (from 1); a long line is several rows. */
export function linksThrough(
  terminal: Terminal,
  row: number,
  linksIn: (text: string) => readonly LineLink[],
): readonly TerminalLink[] {
  const { active } = terminal.buffer;
  let first = row - 1;
  while (first > 0 && (active.getLine(first)?.isWrapped ?? false)) first -= 1;
  let text = "";
  for (let at = first; ; at++) {
    const line = active.getLine(at);
    if (line === undefined || (at > first && !line.isWrapped)) break;
    text += line.translateToString(false);
  }
  const cell = (at: number): { x: number; y: number } => ({
    x: (at % terminal.cols) + 1,
    y: first + Math.floor(at / terminal.cols) + 1,
  });
  return linksIn(text).map(({ start, end, place }) => ({
    text: text.slice(start, end),
    range: { start: cell(start), end: cell(end - 1) },
    place,
  }));
}
