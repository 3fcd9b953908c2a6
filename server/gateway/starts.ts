/** Which line started the process that a connection belongs to, for programs that can't tell for themselves (curl, C). */
import { setImmediate } from "node:timers/promises";
import type { SourcePlace } from "../../contract/calls.ts";
import type { OwnerOf, ProcessFacts, StartReport } from "./source-report.ts";

export interface Starts {
  told(report: StartReport): void;
  /** This process tells of its requests itself. */
  tells(pid: number): void;
  /** At once when it arrives: who has it must be found out before it is gone. */
  connection(port: number): Owner;
}

export interface Owner {
  /** Resolves when it is known who has it; null: it need not be. */
  readonly known: Promise<unknown> | null;
  /** Null: nobody knows. `isSilent`: only if the process does not tell by itself. */
  places(isSilent: boolean): Promise<readonly SourcePlace[] | null>;
}

/** The newest are kept. */
const keptStarts = 1_000;
const keptPids = 1_000;
/** Both clocks are one; the kernel's steps are 10 ms, and a start takes a moment. */
const slackMs = 20;

export function createStarts(ownerOf: OwnerOf): Starts {
  const starts: StartReport[] = [];
  const telling = new Set<number>();
  /** Which process a start turned out to be: it can't be another's, too. */
  const taken = new WeakMap<StartReport, number>();

  function startOf(process: ProcessFacts): readonly SourcePlace[] | null {
    const itself = starts.findLast((start) => start.itself && start.pid === process.pid);
    if (itself !== undefined) return itself.places;
    const before = starts.filter(
      (start) =>
        !start.itself &&
        start.pid === process.parent &&
        start.atMs <= process.startedMs + slackMs &&
        (taken.get(start) ?? process.pid) === process.pid,
    );
    const same = before.filter((start) => start.command === process.command);
    const start = clearest(same.length > 0 ? same : before);
    if (start !== null) taken.set(start, process.pid);
    return start?.places ?? null;
  }

  async function places(
    owner: Promise<readonly ProcessFacts[]>,
    isSilent: boolean,
  ): Promise<readonly SourcePlace[] | null> {
    const processes = await owner;
    if (isSilent && telling.has(processes[0]?.pid ?? 0)) return null;
    for (const process of processes) {
      const found = startOf(process);
      if (found !== null) return found;
    }
    return null;
  }

  return {
    told(report) {
      starts.push(report);
      if (starts.length > keptStarts) starts.shift();
    },
    tells(pid) {
      if (telling.size < keptPids) telling.add(pid);
    },
    connection(port) {
      let owner = starts.length > 0 ? ownerOf(port) : null;
      return {
        known: owner,
        async places(isSilent) {
          // What was written before the request may still be to be read.
          for (let turn = 0; turn < 2; turn += 1) await setImmediate();
          if (starts.length === 0) return null;
          return places((owner ??= ownerOf(port)), isSilent);
        },
      };
    },
  };
}

/** The last of them, unless another line started something at nearly the same time: no line is better than a wrong one. */
function clearest(before: readonly StartReport[]): StartReport | null {
  const last = before.at(-1);
  if (last === undefined) return null;
  const isSure = before.every(
    (start) => last.atMs - start.atMs > 2 * slackMs || sameLine(start.places[0], last.places[0]),
  );
  return isSure ? last : null;
}

const sameLine = (a: SourcePlace | undefined, b: SourcePlace | undefined): boolean =>
  a?.file === b?.file && a?.line === b?.line;
