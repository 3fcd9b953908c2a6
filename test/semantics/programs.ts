/** The programs of the semantics suite as they lie in `programs/`: source, companions, arguments and standard input. */
import { Buffer } from "node:buffer";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

export interface Program {
  /** "group/name". */
  readonly name: string;
  readonly source: Uint8Array;
  /** Beside it, by relative path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly args: readonly string[];
  readonly input: Uint8Array;
}

const folder = new URL("programs/", import.meta.url).pathname;

/** `name.py` is a program; `name.files/`, `name.args` (JSON) and `name.stdin` are what it gets. */
export function readPrograms(): readonly Program[] {
  return readdirSync(folder).flatMap((group) =>
    readdirSync(join(folder, group))
      .filter((file) => file.endsWith(".py"))
      .sort()
      .map((file) => readProgram(`${group}/${file.slice(0, -".py".length)}`)),
  );
}

function readProgram(name: string): Program {
  const place = join(folder, name);
  const companion = (ending: string): Buffer | null =>
    existsSync(place + ending) ? readFileSync(place + ending) : null;
  return {
    name,
    source: readFileSync(`${place}.py`),
    files: filesBelow(`${place}.files`),
    args: JSON.parse(companion(".args")?.toString() ?? "[]") as string[],
    input: companion(".stdin") ?? Buffer.alloc(0),
  };
}

function filesBelow(directory: string): ReadonlyMap<string, Uint8Array> {
  if (!existsSync(directory)) return new Map();
  return new Map(
    readdirSync(directory, { recursive: true, encoding: "utf8" })
      .filter((path) => statSync(join(directory, path)).isFile())
      .map((path) => [path, readFileSync(join(directory, path))]),
  );
}
