/** The name that is offered when a program is saved for the first time: what the program says of itself, else its file name. */
import { limits } from "../../contract/limits.ts";

const longest = Math.min(60, limits.snippetNameLength);
/** A shebang, an encoding line or a linter's mark is no description. */
const noDescription = /^(!|.*coding[:=]|\s*(type:|noqa|pylint|fmt:|ruff|mypy|%%|-\*-))/i;

/** What stands deeper than this says nothing of the whole. */
const readCharacters = 20_000;

/** From the docstring's first line, else the first comment, else `fallback`; never empty, never longer than 60 characters. */
export function proposedName(code: string, fallback: string): string {
  const lines = withoutScriptBlock(
    code
      .slice(0, readCharacters)
      .replace(/^\uFEFF/, "")
      .split(/\r?\n/),
  );
  return shortened(docstring(lines) ?? "") || shortened(firstComment(lines) ?? "") || fallback;
}

/** The module's docstring: a string literal with nothing but comments and empty lines before it. */
function docstring(lines: readonly string[]): string | null {
  const at = lines.findIndex((line) => !/^\s*(#|$)/.test(line));
  const match = /^\s*[rRuU]?("""|'''|"|')/.exec(lines[at] ?? "");
  if (match === null) return null;
  const quote = match[1] ?? '"';
  const rest = [lines[at]?.slice(match[0].length), ...lines.slice(at + 1)].join("\n");
  const end = rest.indexOf(quote);
  if (end < 0) return null;
  const said = rest.slice(0, end).split("\n");
  return said.find((line) => line.trim() !== "") ?? null;
}

function firstComment(lines: readonly string[]): string | null {
  const comments = lines.flatMap((line) => /^\s*#(.*)$/.exec(line)?.[1] ?? []);
  return comments.find((text) => !noDescription.test(text) && /[\p{L}\p{N}]/u.test(text)) ?? null;
}

/** The dependency block of PEP 723 is written in comments, but is none. */
function withoutScriptBlock(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => /^# \/\/\/ \w+\s*$/.test(line));
  const end = lines.findIndex((line, index) => index > start && /^# \/\/\/\s*$/.test(line));
  return start < 0 || end < 0 ? lines : [...lines.slice(0, start), ...lines.slice(end + 1)];
}

function shortened(text: string): string {
  const line = text
    .slice(0, 400)
    .replaceAll(/\p{Cc}+/gu, " ")
    .replaceAll(/^[\s#=*-]+|[\s=*-]+$/g, "")
    .replaceAll(/\s+/g, " ")
    .replace(/(?<!\.)\.$/, "");
  if (line.length <= longest) return line;
  const cut = line.slice(0, longest - 1);
  const space = cut.lastIndexOf(" ");
  // A cut pair of surrogates is not a character.
  return `${(space > longest / 2 ? cut.slice(0, space) : cut.replace(/[\uD800-\uDBFF]$/, "")).trimEnd()}…`;
}
