/** What came of an installation, in words: from what pip wrote, what the index answered, and how the program ended. Pure. */
import { limits } from "../../contract/limits.ts";
import type { JobEnd } from "../sandbox/sandbox.ts";

export interface MakeFailure {
  readonly says: string;
  readonly hint: string;
  /** `index`: it could not be reached. */
  readonly cause: "index" | "cancelled" | "other";
}

export interface Outcome {
  readonly end: JobEnd;
  /** The end of what pip wrote. */
  readonly log: string;
  /** What the program itself found wrong. */
  readonly reported: string | null;
  /** The first thing that went wrong on the way to the index. */
  readonly indexTrouble: string | null;
  readonly hasProject: (name: string) => boolean;
  readonly index: string;
  readonly python: string;
}

const failure = (says: string, hint: string, cause: MakeFailure["cause"] = "other"): MakeFailure => ({
  says: shownText(says),
  hint: shownText(hint),
  cause,
});

/** Names and versions come from the index; what goes to a terminal may not hold its commands. */
const shownText = (text: string): string => text.replaceAll(/\p{Cc}+/gu, " ").slice(0, mostText);
const mostText = 1_000;

export const cancelled = failure(
  "It was cancelled; the environment stays as it was.",
  "Start it again.",
  "cancelled",
);
export const tookTooLong = failure(
  `It took longer than ${limits.installationMs / 60_000} minutes and was ended.`,
  "Install fewer packages at once, or look at the server's line to the package index.",
);
export const indexOff = failure(
  "This server installs nothing: its package index is turned off.",
  "Use the packages that are there, or start it without --no-package-index.",
  "index",
);
export const unreachable = (trouble: string): MakeFailure =>
  failure(
    `The package index can't be used: ${trouble}`,
    "Check the server's network, or name another index with --package-index; until then the packages that are there serve.",
    "index",
  );

/** Why an installation that ended otherwise than well did so. */
export function explainInstall(outcome: Outcome): MakeFailure {
  const { end, log, reported, indexTrouble } = outcome;
  const gib = limits.environmentBytes / 2 ** 30;
  if (reported === "too-large")
    return failure(`It would be larger than ${gib} GiB.`, "Install fewer or smaller packages.");
  if (reported === "no-pip")
    return failure(
      "There is no pip to install with.",
      "Install it on the server (apt-get install python3-pip-whl), then try again.",
    );
  if (/No space left on device|Disk quota exceeded/i.test(log))
    return failure("The server's disk is full.", "Make room on the disk that holds the environments.");
  if (/File too large/.test(log))
    return failure("A file in a package is larger than 2 GiB.", "Such a package can't be installed here.");
  if (end.outOfMemory) return failure("The installer ran out of memory.", "Install fewer packages at once.");
  return fromPip(outcome) ?? fromIndex(indexTrouble) ?? failure(lastLine(log, end), "The log has more.");
}

const fromIndex = (trouble: string | null): MakeFailure | null =>
  trouble === null ? null : unreachable(trouble);

function fromPip({ log, indexTrouble, hasProject, index, python }: Outcome): MakeFailure | null {
  const conflict = /Cannot install (.+?) because these package versions have conflicting dependencies/.exec(
    log,
  );
  if (conflict !== null) {
    const causes = /The conflict is caused by:\n((?: +.+\n)+)/.exec(log)?.[1] ?? "";
    const lines = causes
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    return failure(
      `These can't be installed together: ${conflict[1]}. ${lines.slice(0, 4).join("; ")}${lines.length === 0 ? "" : "."}`,
      "Loosen a version, or leave one of them out.",
    );
  }
  const missing = /No matching distribution found for ([A-Za-z0-9._-]+)(.*)/.exec(log);
  if (missing !== null && indexTrouble === null) return noVersion(missing, log, hasProject, index, python);
  const hashes = /DO NOT MATCH THE HASHES/.test(log);
  const broken = /Wheel '([^']+)' located at|For req: ([A-Za-z0-9._-]+)[^.]*\. The wheel/.exec(log);
  if (hashes || broken !== null) {
    const name = broken?.[1] ?? broken?.[2] ?? "a package";
    return failure(
      `The file of ${name} on ${index} is broken${hashes ? ": it is not the one that the index lists" : ""}.`,
      "Try another version of it.",
    );
  }
  return null;
}

function noVersion(
  [, name = "", wanted = ""]: RegExpExecArray,
  log: string,
  hasProject: Outcome["hasProject"],
  index: string,
  python: string,
): MakeFailure {
  const needed = /different python version: ([^\n]+)/i.exec(log)?.[1] ?? null;
  const project = name.toLowerCase().replaceAll(/[-_.]+/g, "-");
  if (!hasProject(project))
    return failure(
      `There is no package ${name} on ${index}.`,
      "Check its name: what is imported and what is installed may be called differently.",
    );
  const versions = /\(from versions: ([^)]*)\)/.exec(log)?.[1] ?? "none";
  if (versions !== "none")
    return failure(
      `There is no version of ${name} that is ${wanted.replace(/^[^<>=!~]*/, "").trim() || "fitting"}.`,
      `${index} has ${shortened(versions)}.`,
    );
  if (needed !== null)
    return failure(
      `There is no version of ${name} for Python ${python}.`,
      `Its versions need another Python: ${shortened(needed)}.`,
    );
  return failure(
    `There is no ready-made file of ${name} for Python ${python} on this machine.`,
    "Only ready-made files (wheels) are installed: a source package would run code of its own to build itself.",
  );
}

const shortened = (list: string): string => (list.length > 160 ? `… ${list.slice(-160)}` : list);

function lastLine(log: string, end: JobEnd): string {
  const said = log
    .split("\n")
    .filter((line) => /^(ERROR|[A-Za-z.]*Error):/.test(line))
    .at(-1);
  if (said !== undefined) return `The installer failed: ${said.replace(/^ERROR: /, "").slice(0, 300)}`;
  return `The installer ended with ${end.signal ?? `exit code ${end.exitCode}`}.`;
}

/** What pip is doing, from the end of what it wrote; null when it does not say. */
export function doingNow(log: string): string | null {
  const line = log
    .split("\n")
    .findLast((text) => /^ *(Collecting|Downloading|Using cached|Installing collected)/.test(text))
    ?.trim()
    // Names come from the index, and it may send what it likes.
    .slice(0, mostLine);
  if (line === undefined) return null;
  const [, address = "", size = ""] = /^Downloading (\S+)(?: (\([^)]*\)))?/.exec(line) ?? [];
  const file = address.split("/").at(-1) ?? "";
  if (file !== "")
    return shownText(`Fetching ${file.replaceAll(/%2B/gi, "+").replace(/\.metadata$/, "")} ${size}`.trim());
  const [, name] = /^Collecting ([A-Za-z0-9._-]+)/.exec(line) ?? [];
  return name === undefined ? "Putting the packages in place" : `Looking for ${name}`;
}

const mostLine = 500;
