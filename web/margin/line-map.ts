/** Where each line of a program that ran stands in the text as it is now: followed through edits, found again when it comes back. Pure. */
import { matchLines } from "./match-lines.ts";

export interface LineMap {
  /** The text that ran. */
  readonly ran: readonly string[];
  /** By the index of a line that ran: its line now, counted from 1; null where it is gone. */
  readonly at: readonly (number | null)[];
}

/** One replacement, lines and columns counted from 1, in the text before all edits of its batch. */
export interface Edit {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly text: string;
}

export const linesOf = (text: string): readonly string[] => text.split(/\r\n|\r|\n/);

/** By comparing the texts alone: for a text that was edited where nobody saw it. */
export function mapLines(ran: readonly string[], now: readonly string[]): LineMap {
  return {
    ran,
    at: findAgain(
      ran,
      now,
      Array.from({ length: ran.length }, () => null),
    ),
  };
}

/** After a batch of edits, ordered from the end of the text to its start. Lines that had been lost are looked for again. */
export function followEdits(
  { ran, at }: LineMap,
  before: readonly string[],
  edits: readonly Edit[],
  now: readonly string[],
): LineMap {
  const moved = edits.reduce<readonly (number | null)[]>(
    (places, edit) => places.map((line) => (line === null ? null : lineAfter(line, before, edit))),
    at,
  );
  return { ran, at: moved.includes(null) ? findAgain(ran, now, moved) : moved };
}

/** What stands on the line now is not what ran; spaces at its end don't count. */
export function isChanged({ ran }: LineMap, index: number, now: string): boolean {
  return ran[index]?.trimEnd() !== now.trimEnd();
}

function lineAfter(
  line: number,
  before: readonly string[],
  { startLine, startColumn, endLine, endColumn, text }: Edit,
): number | null {
  const added = text.split(/\r\n|\r|\n/).length - 1;
  if (line < startLine) return line;
  if (line > endLine) return line + added - (endLine - startLine);
  const keepsStart = !isBlank(before[startLine - 1]?.slice(0, startColumn - 1));
  const keepsEnd = !isBlank(before[endLine - 1]?.slice(endColumn - 1));
  // What is left of the first line stays, and what is left of the last one ends up behind the new text.
  if (startLine === endLine) return !keepsStart && keepsEnd ? startLine + added : startLine;
  if (line === startLine && keepsStart) return startLine;
  if (line === endLine && keepsEnd && !(keepsStart && added === 0)) return startLine + added;
  return null;
}

const isBlank = (text = ""): boolean => text.trim() === "";

/** Lost lines are looked for between those that are still known, then, where there is only one like it, anywhere. */
function findAgain(
  ran: readonly string[],
  now: readonly string[],
  at: readonly (number | null)[],
): readonly (number | null)[] {
  const places = [...at];
  const taken = new Set(places);
  let previous = 0;
  for (let from = 0; from < ran.length; from++) {
    const known = places[from];
    if (known !== null && known !== undefined) {
      previous = known;
      continue;
    }
    let end = from;
    while (end < ran.length && places[end] === null) end++;
    const next = places[end] ?? now.length + 1;
    const free: number[] = [];
    for (let line = previous + 1; line < next; line++) if (!taken.has(line)) free.push(line);
    const found = matchLines(
      ran.slice(from, end),
      free.map((line) => now[line - 1] ?? ""),
    );
    for (const [offset, index] of found.entries()) {
      const line = index === null ? undefined : free[index];
      if (line === undefined) continue;
      places[from + offset] = line;
      taken.add(line);
    }
    from = end - 1;
  }
  return findMoved(ran, now, places, taken);
}

/** A line shorter than this (a bracket, `else:`) is no proof that it is the same one. */
const tellingLength = 6;

function findMoved(
  ran: readonly string[],
  now: readonly string[],
  places: (number | null)[],
  taken: ReadonlySet<number | null>,
): readonly (number | null)[] {
  const lost = places.flatMap((line, index) => (line === null ? [index] : []));
  const wanted = onlyOnes(lost.map((index) => [ran[index]?.trim() ?? "", index]));
  if (wanted.size === 0) return places;
  const free = now.flatMap((text, index): [string, number][] =>
    taken.has(index + 1) ? [] : [[text.trim(), index]],
  );
  for (const [text, index] of onlyOnes(free)) {
    const old = wanted.get(text);
    if (old !== undefined && text.length >= tellingLength) places[old] = index + 1;
  }
  return places;
}

function onlyOnes(entries: readonly (readonly [text: string, index: number])[]): Map<string, number> {
  const found = new Map<string, number>();
  const several = new Set<string>();
  for (const [text, index] of entries) {
    if (found.has(text)) several.add(text);
    found.set(text, index);
  }
  for (const text of several) found.delete(text);
  return found;
}
