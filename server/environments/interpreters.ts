/** Finds the Python interpreters of this machine, names them, and says of each why it can't be used, if so. */
import { createHash } from "node:crypto";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { PythonPlaces } from "../config.ts";
import type { PythonPlace } from "../sandbox/sandbox.ts";
import { askInterpreter, type InterpreterFacts } from "./interpreter-facts.ts";
import { compareVersions } from "./requirement.ts";

export interface Interpreter {
  /** "system" for what runs get when nothing is chosen; for others a kind with a hash of the path. */
  readonly id: string;
  readonly name: string;
  readonly kind: "system" | "interpreter" | "venv";
  readonly version: string;
  readonly place: PythonPlace;
  /** Why no program can run with it, in words. */
  readonly trouble: string | null;
}

export interface FindParts {
  readonly places: PythonPlaces;
  /** The operator's --python, or null. */
  readonly chosen: string | null;
  /** True: programs run as users that are not the server's own. */
  readonly asOthers: boolean;
  /** Directories that no program may see. */
  readonly hidden: readonly string[];
}

export const oldestPython = "3.10.0";
/** Each candidate costs a process; nobody has this many. */
const mostCandidates = 40;

/** The first is what runs get when nothing is chosen; there is none when no Python was found at all. */
export async function findInterpreters(parts: FindParts): Promise<readonly Interpreter[]> {
  const first = parts.chosen ?? "/usr/bin/python3";
  const candidates = [...new Set([first, ...(await candidatePaths(parts.places))])].slice(0, mostCandidates);
  const asked = await Promise.all(candidates.map(askInterpreter));
  const found = new Map<string, Interpreter>();
  for (const facts of asked) {
    if (facts === null) continue;
    const real = await realpath(facts.path).catch(() => null);
    // It went away since it was asked.
    if (real === null) continue;
    const key = `${real}\n${facts.prefix}`;
    if (!found.has(key)) found.set(key, await interpreterOf(facts, found.size === 0, parts));
  }
  return [...found.values()];
}

async function candidatePaths(places: PythonPlaces): Promise<string[]> {
  const { virtualEnvironment, pyenvRoot } = places;
  // A shim is a script that looks for the real one; pyenv's versions are looked up themselves.
  const folders = ["/usr/bin", ...places.searchPath].filter((folder) => folder !== join(pyenvRoot, "shims"));
  const inFolders = await Promise.all(
    [...new Set(folders)].map(async (folder) => {
      const names = await namesIn(folder);
      return names.filter((name) => /^python3(\.\d+)?$/.test(name)).map((name) => join(folder, name));
    }),
  );
  const versions = await namesIn(join(pyenvRoot, "versions"));
  return [
    ...(virtualEnvironment === null ? [] : [join(virtualEnvironment, "bin/python3")]),
    ...inFolders.flat(),
    ...versions.toSorted(newestFirst).map((name) => join(pyenvRoot, "versions", name, "bin/python3")),
  ];
}

/** What can't be listed holds no interpreter for us. */
const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).then(
    (names) => names.sort(),
    () => [],
  );

const newestFirst = (one: string, other: string): number => {
  const isVersion = (name: string): boolean => /^\d+(\.\d+)*$/.test(name);
  if (!isVersion(one) || !isVersion(other)) return Number(isVersion(other)) - Number(isVersion(one));
  return compareVersions(other, one);
};

async function interpreterOf(
  facts: InterpreterFacts,
  isFirst: boolean,
  parts: FindParts,
): Promise<Interpreter> {
  const { path, prefix, basePrefix, version } = facts;
  const isVenv = prefix !== basePrefix;
  const directories = [...new Set([prefix, basePrefix])].filter((place) => !isBelow(place, "/usr"));
  const hash = createHash("sha256").update(path).digest("hex").slice(0, 12);
  const kind = isVenv ? "venv" : isFirst ? "system" : "interpreter";
  return {
    id: isFirst ? "system" : `${isVenv ? "venv" : "interpreter"}-${hash}`,
    name: isVenv ? `${basename(prefix)} (Python ${version})` : `Python ${version}${originOf(path, parts)}`,
    kind,
    version,
    place: { path, directories },
    trouble: await troubleOf(facts, directories, parts),
  };
}

const originOf = (path: string, { places }: FindParts): string =>
  isBelow(path, places.pyenvRoot)
    ? " (pyenv)"
    : isBelow(path, "/usr/bin")
      ? " (system)"
      : ` (${dirname(path)})`;

async function troubleOf(
  { path, version }: InterpreterFacts,
  directories: readonly string[],
  parts: FindParts,
): Promise<string | null> {
  if (compareVersions(version, oldestPython) < 0)
    return `It is Python ${version}; programs need 3.10 or newer.`;
  const wide = directories.find((directory) =>
    [parts.places.home, ...parts.hidden, "/tmp"].some((hidden) => isBelow(hidden, directory)),
  );
  if (wide !== undefined)
    return `Its directory is ${wide}, which holds more than Python, so programs may not see it.`;
  if (!parts.asOthers) return null;
  for (const needed of [path, ...directories]) {
    const closed = await closedAbove(needed);
    if (closed !== null)
      return (
        `The server is root, so programs run as other users, and those can't enter ${closed}. ` +
        "Start the server as that directory's owner, or open the directory (chmod o+x)."
      );
  }
  return null;
}

/** The topmost directory on the way that others may not enter, or null. */
async function closedAbove(path: string): Promise<string | null> {
  const steps = path.split("/").map((_, at, all) => all.slice(0, at + 1).join("/") || "/");
  for (const step of steps) {
    const found = await stat(step).catch(() => null);
    if (found === null || (found.mode & 0o001) === 0) return step;
  }
  return null;
}

export const isBelow = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory.endsWith("/") ? directory : `${directory}/`);
