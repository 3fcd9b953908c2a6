/** What doctor says about this machine, from facts that were read elsewhere: a verdict, a sentence, and advice for each. Pure. */
import type { Counting, Nesting, Weakness } from "../sandbox/sandbox.ts";

export interface Check {
  readonly name: string;
  /** `fail`: no program can be run, or the server can't start. `warn`: something works less well. */
  readonly verdict: "ok" | "warn" | "fail";
  readonly says: string;
  /** What to do; null where nothing need be done. */
  readonly advice: string | null;
  /** The system's own words, where there are any that the sentence does not quote. */
  readonly error?: string;
}

export const ok = (name: string, says: string): Check => ({ name, verdict: "ok", says, advice: null });
export const warn = (name: string, says: string, advice: string): Check => ({
  name,
  verdict: "warn",
  says,
  advice,
});
export const fail = (name: string, says: string, advice: string): Check => ({
  name,
  verdict: "fail",
  says,
  advice,
});

/** What the sandbox's check of itself found: `refuses` means that no program can be run. */
export function checkSandbox(weaknesses: readonly Weakness[]): readonly Check[] {
  if (weaknesses.length === 0) return [ok("sandbox", "a program was run in it, and could not get out")];
  return weaknesses.map(({ name, says, hint, refuses, error = "" }) => ({
    ...(refuses ? fail : warn)(name === "sandbox" ? name : `sandbox: ${name}`, says, hint),
    ...(error === "" || says.includes(error) ? {} : { error }),
  }));
}

/** The least version with the fixes that we rely on: threats A125. */
const leastNode = [24, 14, 1] as const;

export function checkNode(version: string): Check {
  if (isAtLeast(version, leastNode)) return ok("node", `Node ${version}`);
  return fail(
    "node",
    `Node ${version} is too old: ${leastNode.join(".")} or newer is needed.`,
    "Run: npm ci",
  );
}

/** bubblewrap before it can't size a tmpfs (`--size`) nor switch nested namespaces off. */
const leastBubblewrap = [0, 8, 0] as const;

/** `said` is what `bwrap --version` printed, null when it could not be started. */
export function checkBubblewrap(said: string | null): Check {
  const version = /bubblewrap (\d+(?:\.\d+)*)/.exec(said ?? "")?.[1];
  if (version === undefined)
    return fail("bubblewrap", "bubblewrap is not installed.", "Install it: apt-get install bubblewrap");
  if (isAtLeast(version, leastBubblewrap)) return ok("bubblewrap", `bubblewrap ${version}`);
  return fail(
    "bubblewrap",
    `bubblewrap ${version} is too old: ${leastBubblewrap.join(".")} or newer is needed.`,
    "Install a newer one from your distribution, or a newer release of it.",
  );
}

export interface PythonFacts {
  readonly version: string;
  readonly packages: readonly string[];
}

/** `facts` is what a program in the sandbox found, null when none could be asked. */
export function checkPython(facts: PythonFacts | null, isOwn: boolean): readonly Check[] {
  if (facts === null)
    return [
      warn(
        "python",
        "Python could not be asked, because the sandbox does not start.",
        "Mend the sandbox first.",
      ),
    ];
  const version = isAtLeast(facts.version, [3, 10, 0])
    ? ok("python", `Python ${facts.version}`)
    : fail(
        "python",
        `Python ${facts.version} is older than 3.10.`,
        "Install a newer one, or name it with --python.",
      );
  const missing = ["requests", "httpx"].filter((name) => !facts.packages.includes(name));
  if (missing.length === 0) return [version, ok("packages", facts.packages.join(", "))];
  const install = isOwn
    ? `Install with that interpreter: -m pip install ${missing.join(" ")}`
    : `Install: apt-get install ${missing.map((name) => `python3-${name}`).join(" ")}`;
  return [version, warn("packages", `Programs can't import ${missing.join(" and ")}.`, install)];
}

/** The kernel's switches for namespaces, each the file's text, null where this kernel has no such file. */
export interface NamespaceSwitches {
  readonly maxUserNamespaces: string | null;
  readonly unprivilegedUserns: string | null;
  readonly apparmorRestricts: string | null;
}

export function checkNamespaces(switches: NamespaceSwitches): Check {
  const name = "namespaces";
  if (switches.maxUserNamespaces?.trim() === "0")
    return fail(name, "User namespaces are limited to none.", "sysctl user.max_user_namespaces=16384");
  if (switches.unprivilegedUserns?.trim() === "0")
    return fail(
      name,
      "Ordinary users may not make namespaces here.",
      "sysctl kernel.unprivileged_userns_clone=1",
    );
  if (switches.apparmorRestricts?.trim() === "1")
    return warn(
      name,
      "AppArmor restricts user namespaces (Ubuntu).",
      "Where the sandbox fails: load the bwrap-userns-restrict profile, or sysctl kernel.apparmor_restrict_unprivileged_userns=0",
    );
  return ok(name, "user namespaces are allowed");
}

/** What bounds what all processes of a run use together. */
export function checkCounting({ by, says }: Counting): Check {
  const name = "limits";
  if (by !== "watcher") return ok(name, says);
  return warn(
    name,
    says,
    "Until then memory is watched a few times a second, and processes are limited for each program alone; a server that others reach does not start so.",
  );
}

/** Who makes the namespaces of each run. */
export const checkNesting = ({ says }: Nesting): Check => ok("starts", says);

export interface DirectoryFacts {
  readonly path: string;
  readonly state: "absent" | "not-a-directory" | "not-writable" | "writable";
  /** Permission bits; 0 when absent. */
  readonly mode: number;
  /** Whether an absent one could be made. */
  readonly canBeMade: boolean;
}

export function checkDirectory(facts: DirectoryFacts): Check {
  const name = "data directory";
  const elsewhere = "Make it so, or name another with --data.";
  if (facts.state === "absent") {
    return facts.canBeMade
      ? ok(name, `${facts.path} (made at the first start)`)
      : fail(name, `${facts.path} does not exist and can't be made by this user.`, elsewhere);
  }
  if (facts.state === "not-a-directory")
    return fail(name, `${facts.path} is not a directory.`, "Name another with --data.");
  if (facts.state === "not-writable")
    return fail(name, `${facts.path} can't be written by this user.`, elsewhere);
  return (facts.mode & 0o077) === 0
    ? ok(name, facts.path)
    : warn(name, `${facts.path} is open to other users of this machine.`, `chmod 700 ${facts.path}`);
}

/** Numbers of a dotted version compared one by one; what is missing counts as 0. */
function isAtLeast(version: string, least: readonly number[]): boolean {
  const have = version.replace(/^v/, "").split(".").map(Number);
  for (const [index, wanted] of least.entries()) {
    const number = have[index] ?? 0;
    if (number !== wanted) return number > wanted;
  }
  return true;
}

/** Lines for people: the verdict first, the system's words and advice below; `paint` colours a verdict, or is the identity. */
export function checkLines(
  checks: readonly Check[],
  paint: (verdict: Check["verdict"], text: string) => string,
): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const below = " ".repeat(width + 8);
  const lines = checks.flatMap(({ name, verdict, says, advice, error }) => [
    `${paint(verdict, verdict.padEnd(4))}  ${name.padEnd(width)}  ${says}`,
    ...(error === undefined ? [] : [`${below}It said: ${JSON.stringify(error)}`]),
    ...(advice === null ? [] : [`${below}→ ${advice}`]),
  ]);
  const failed = checks.filter(({ verdict }) => verdict === "fail").length;
  const end = failed === 0 ? "Everything that is needed works." : `${failed} to mend.`;
  return `${[...lines, "", end].join("\n")}\n`;
}

/** 0 when nothing failed, else 1. */
export const exitCodeOf = (checks: readonly Check[]): number =>
  checks.some(({ verdict }) => verdict === "fail") ? 1 : 0;
