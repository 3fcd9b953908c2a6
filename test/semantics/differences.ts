/** Where a program in the sandbox sees something else than with bare Python: each with what still holds. docs/semantics.md argues them. */
import type { Outcome } from "./both-ways.ts";

/** What is promised of the two outcomes of `programs/differences/<name>.py`; true when it holds. */
export type StillHolds = (ours: Outcome, bare: Outcome) => boolean;

const words = (outcome: Outcome): readonly string[] => outcome.stdout.trim().split(" ");
const numbers = (outcome: Outcome): readonly number[] => words(outcome).map(Number);
const json = (outcome: Outcome): unknown => JSON.parse(outcome.stdout);
const sortedLines = (text: string): string => text.split("\n").sort().join("\n");

export const differences: Readonly<Record<string, StillHolds>> = {
  "loaded-modules": (ours, bare) => {
    const loaded = new Set(json(ours) as string[]);
    return (json(bare) as string[]).every((name) => loaded.has(name));
  },
  "frozen-objects": (ours) => numbers(ours).length === 4 && numbers(ours).every((count) => count >= 0),
  memory: (ours) => Number(ours.stdout) < 200 * 1024,
  "hash-seed": (ours) => words(ours).length === 2,
  // A process namespace of its own, in which its parent is the first.
  "process-numbers": (ours) => (numbers(ours)[0] ?? 0) < 100 && numbers(ours)[1] === 1,
  priority: (ours, bare) => Number(ours.stdout) >= Number(bare.stdout),
  limits: (ours, bare) => {
    const theirs = json(bare) as Record<string, [number, number]>;
    const atMost = (value: number, bound: number): boolean =>
      bound === -1 || (value !== -1 && value <= bound);
    return Object.entries(json(ours) as typeof theirs).every(([name, [soft, hard]]) => {
      const [softBound, hardBound] = theirs[name] ?? [0, 0];
      // Bare Python's soft number of descriptors may be below its hard one.
      return atMost(soft, name === "NOFILE" ? hardBound : softBound) && atMost(hard, hardBound);
    });
  },
  descriptors: (ours) => {
    const more = (json(ours) as [number, boolean][]).filter(([fd]) => fd > 2);
    return more.every(([fd, inherited]) => fd > 1000 && !inherited);
  },
  host: (ours) => ours.stdout === "sandbox 1000 3 ['lo']\n",
  places: (ours) => ours.stdout === "EROFS EROFS EROFS ENOENT ENOENT\n",
  "refused-calls": (ours) => ours.exitCode === 0 && words(ours).length === 3,
  "trusted-authorities": (ours) => ours.stdout === "1\n",
  // Bare Python's own words depend on the machine's network.
  "unreachable-hosts": (ours) => ours.stdout === "gaierror True\nOSError True\n",
  "children-left-running": (ours) => /^end of program\n(late\n)?$/.test(ours.stdout) && ours.exitCode === 0,
  display: (ours, bare) => ours.stdout === bare.stdout.replace("False", "True"),
  "audit-events": (ours, bare) => ours.stdout === bare.stdout.replace("False", "True"),
  flusher: (ours, bare) => ours.stdout === bare.stdout.replace("True", "False"),
  "streams-of-our-own": (ours) => /^(FileIO|_RawIOBase) FileIO TextIOWrapper\n$/.test(ours.stdout),
  "order-below-python": (ours, bare) => ours.stdout === bare.stdout && ours.stderr === bare.stderr,
  "teardown-order": (ours, bare) => sortedLines(ours.stdout) === sortedLines(bare.stdout),
};
