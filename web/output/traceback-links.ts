/** Finds where a line of output names a line of the program or of a file beside it: `File "/project/main.py", line 3`. Pure. */

/** A line of one of the program's files. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export interface LineLink {
  /** Where it stands in the text, from 0; `end` is behind its last character. */
  readonly start: number;
  readonly end: number;
  readonly place: Place;
}

const inTraceback = /File "(?:\/project\/)?([^"]+)", line (\d+)/g;
const inEnd = /(?:failed )?at line (\d+)(?=: | · )/g;

/** Only of these files, the program's own first; a library's file can't be opened here. */
export function findLineLinks(text: string, fileNames: readonly string[]): readonly LineLink[] {
  const links: LineLink[] = [];
  const add = (match: RegExpExecArray, file: string, line: string | undefined): void => {
    const place = { file, line: Number(line) };
    links.push({ start: match.index, end: match.index + match[0].length, place });
  };
  for (const match of text.matchAll(inTraceback)) {
    const [, file = "", line] = match;
    if (fileNames.includes(file)) add(match, file, line);
  }
  const [own] = fileNames;
  if (own !== undefined) for (const match of text.matchAll(inEnd)) add(match, own, match[1]);
  return links.sort((one, other) => one.start - other.start);
}
