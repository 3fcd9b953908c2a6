/** Which modules a Python text imports, from the text alone: it is never run. Pure. */
import { pythonLines, type PythonLine } from "./python-lines.ts";

/** More of one program are not looked at. */
const mostImports = 100;
const name = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/**
 * Dotted names as the program writes them, in its order, each once: "requests", "concurrent.futures"; for `from a import b`
 * "a" and "a.b", since b may be a module. Relative imports are left out.
 */
export function importsOf(source: string): string[] {
  return collect(pythonLines(source));
}

/**
 * Top-level names of all its imports, in its order, each once: "requests" for `import requests.adapters`. What is imported by other
 * means (importlib) is not seen.
 */
export const topLevelImportsOf = (source: string): string[] => [
  ...new Set(importsOf(source).map((module) => module.split(".")[0] ?? "")),
];

/** Only what is imported whenever the program runs: not inside functions and classes, nor for type checkers only. */
export function earlyImportsOf(source: string): string[] {
  const always: PythonLine[] = [];
  let inside: number | null = null;
  for (const line of pythonLines(source)) {
    if (inside !== null && line.indent > inside) continue;
    inside = /^(async\s+)?def\b|^class\b|^if\s+(typing\.)?TYPE_CHECKING\b/.test(line.text)
      ? line.indent
      : null;
    always.push(line);
  }
  return collect(always);
}

function collect(lines: readonly PythonLine[]): string[] {
  const found = new Set<string>();
  for (const { text } of lines) {
    const [statement = "", rest = ""] = split(
      text.replace(/^(try|else|finally|with\b[^:]*|if\b[^:]*)\s*:\s*/, ""),
    );
    if (statement === "import") for (const module of listed(rest)) add(found, module);
    else if (statement === "from") addFrom(found, rest);
    if (found.size >= mostImports) break;
  }
  return [...found];
}

function addFrom(found: Set<string>, rest: string): void {
  const match = /^(\S+)\s+import\s+\(?(.*?)\)?\s*$/.exec(rest);
  const module = match?.[1] ?? "";
  if (!add(found, module)) return;
  for (const part of listed(match?.[2] ?? "")) add(found, `${module}.${part}`);
}

const split = (text: string): string[] => /^(\w+)\s+(.*)$/.exec(text)?.slice(1) ?? [];

const listed = (names: string): string[] =>
  names.split(",").map((part) => part.trim().split(/\s+as\s+/)[0] ?? "");

function add(found: Set<string>, module: string): boolean {
  const isName = module.length <= 200 && module.split(".").every((part) => name.test(part));
  if (isName) found.add(module);
  return isName;
}
