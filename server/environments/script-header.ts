/** Finds what a program says it needs: the `# /// script` block of PEP 723. Pure; the text is read, never run. */
import { done, refused, type Result } from "../../contract/failures.ts";
import { allowsPython, readRequirement, type Requirement } from "./requirement.ts";
import { parseToml, type TomlTable } from "./toml.ts";

export interface ScriptHeader {
  /** In one order and spelling, each once. */
  readonly requirements: readonly Requirement[];
  /** ">=3.11", or null. */
  readonly requiresPython: string | null;
}

/** More would be resolved for minutes. */
export const mostRequirements = 100;

/** PEP 723's own pattern, with its anchors written out: Python's know "\n" only. */
const block = /(?<=^|\n)# \/\/\/ ([a-zA-Z0-9-]+)\n((?:#(?:| [^\n]*)\n)+)# \/\/\/(?=\n|$)/g;

/** Null when the program has no such block. The error is a sentence that names the line of the program. */
export function readScriptHeader(source: string): Result<ScriptHeader | null, string> {
  const text = source.replace(/^\ufeff/, "").replaceAll(/\r\n?/g, "\n");
  const found = [...text.matchAll(block)].filter(([, type]) => type === "script");
  const [first, second] = found;
  if (first === undefined) return done(null);
  const lineOf = (index: number): number => text.slice(0, index).split("\n").length;
  if (second !== undefined)
    return refused(`Line ${lineOf(second.index)}: the program has a second "# /// script" block.`);
  const begins = lineOf(first.index);
  const lines = (first[2] ?? "").split("\n").slice(0, -1);
  const toml = lines.map((line) => line.slice(line.startsWith("# ") ? 2 : 1)).join("\n");
  const parsed = parseToml(toml);
  if (!parsed.ok) return refused(`Line ${begins + parsed.error.line}: ${parsed.error.says}.`);
  const lineWith = (key: string): number =>
    begins +
    1 +
    Math.max(
      0,
      lines.findIndex((line) => line.includes(key)),
    );
  return headerOf(parsed.value, lineWith);
}

function headerOf(table: TomlTable, lineWith: (key: string) => number): Result<ScriptHeader, string> {
  const requires = table.get("requires-python") ?? null;
  if (requires !== null && (typeof requires !== "string" || allowsPython(requires, "3.11.0") === null))
    return refused(`Line ${lineWith("requires-python")}: requires-python must be text such as ">=3.11".`);
  const dependencies = table.get("dependencies") ?? [];
  const isList = Array.isArray(dependencies) && dependencies.every((one) => typeof one === "string");
  if (!isList)
    return refused(`Line ${lineWith("dependencies")}: dependencies must be a list of texts such as "numpy".`);
  if (dependencies.length > mostRequirements)
    return refused(`Line ${lineWith("dependencies")}: there are more than ${mostRequirements} dependencies.`);
  const wanted = new Map<string, Requirement>();
  for (const text of dependencies as readonly string[]) {
    const requirement = readRequirement(text);
    if (!requirement.ok) {
      return refused(`Line ${lineWith(text)}: the dependency ${JSON.stringify(text)} ${requirement.error}.`);
    }
    wanted.set(requirement.value.text, requirement.value);
  }
  return done({ requirements: inOrder([...wanted.values()]), requiresPython: requires });
}

/** The same set always reads the same. */
export const inOrder = (requirements: readonly Requirement[]): readonly Requirement[] =>
  [...new Map(requirements.map((one) => [one.text, one])).values()].toSorted((one, other) =>
    one.text < other.text ? -1 : 1,
  );
