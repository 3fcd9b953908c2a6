/** Finds where a line of output names a line of the program: `File "/project/main.py", line 3`, `failed at line 3: …`. Pure. */

export interface LineLink {
  /** Where it stands in the text, from 0; `end` is behind its last character. */
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

const inTraceback = /File "(?:\/project\/)?([^"]+)", line (\d+)/g;
const inEnd = /(?:failed )?at line (\d+)(?=: | · )/g;

/** Only of the program itself; a library's file can't be opened here. */
export function findLineLinks(text: string, fileName: string): readonly LineLink[] {
  const links: LineLink[] = [];
  for (const match of text.matchAll(inTraceback)) {
    if (match[1] === fileName) {
      links.push({ start: match.index, end: match.index + match[0].length, line: Number(match[2]) });
    }
  }
  for (const match of text.matchAll(inEnd)) {
    links.push({ start: match.index, end: match.index + match[0].length, line: Number(match[1]) });
  }
  return links.sort((one, other) => one.start - other.start);
}
