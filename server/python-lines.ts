/** A Python text as its logical lines, without comments and with empty strings: enough to see statements, never to run them. Pure. */

export interface PythonLine {
  /** Columns before the first character; a tab goes to the next multiple of eight, as in the language's reference. */
  readonly indent: number;
  readonly text: string;
}

/** Statements joined by semicolons are lines of their own. A text that is no Python gives some lines all the same. */
export function pythonLines(source: string): PythonLine[] {
  const lines: PythonLine[] = [];
  let line = "";
  let depth = 0;
  let at = 0;

  const finish = (): void => {
    const indent = indentOf(line);
    for (const text of line.split(";").map((part) => part.trim()))
      if (text !== "") lines.push({ indent, text });
    line = "";
  };

  while (at < source.length) {
    const letter = source[at] ?? "";
    if (letter === "#") {
      while (at < source.length && source[at] !== "\n") at += 1;
    } else if (letter === '"' || letter === "'") {
      at = endOfString(source, at);
      line += '""';
    } else if (letter === "\\" && /^\\\r?\n/.test(source.slice(at, at + 3))) {
      at = source.indexOf("\n", at) + 1;
      line += " ";
    } else if (letter === "\n") {
      at += 1;
      if (depth > 0) line += " ";
      else finish();
    } else {
      if ("([{".includes(letter)) depth += 1;
      if (")]}".includes(letter)) depth = Math.max(0, depth - 1);
      line += letter;
      at += 1;
    }
  }
  finish();
  return lines;
}

/** The place after the string that begins at `start`; an unclosed one ends with its line, or with the text when it is tripled. */
function endOfString(source: string, start: number): number {
  const quote = source[start] ?? "";
  const isTriple = source.startsWith(quote.repeat(3), start);
  const close = isTriple ? quote.repeat(3) : quote;
  let at = start + close.length;
  while (at < source.length && !source.startsWith(close, at)) {
    if (!isTriple && source[at] === "\n") return at;
    at += source[at] === "\\" ? 2 : 1;
  }
  return Math.min(source.length, at + close.length);
}

function indentOf(line: string): number {
  let columns = 0;
  for (const letter of line) {
    if (letter === " ") columns += 1;
    else if (letter === "\t") columns += 8 - (columns % 8);
    else if (letter !== "\f") break;
  }
  return columns;
}
