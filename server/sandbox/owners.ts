/** Asks a run's process 1 which process has a connection, one question at a time, and reads its answers (runner/site/init.py). */
import type { OwnerOf, ProcessFacts } from "../gateway/source-report.ts";

export interface Owners {
  /** Empty: nobody knows, or too many wait to be told. */
  readonly of: OwnerOf;
  heard(says: string): void;
  /** Nothing more will be heard. */
  end(): void;
}

/** Questions that wait; each costs a look at all processes of the run. */
const mostWaiting = 64;
const clockTickMs = 10;

export function createOwners(ask: (port: number) => void): Owners {
  const waiting: { readonly port: number; readonly tell: (found: readonly ProcessFacts[]) => void }[] = [];
  let hasEnded = false;
  return {
    of: (port) =>
      new Promise((tell) => {
        if (hasEnded || waiting.length >= mostWaiting) return tell([]);
        if (waiting.push({ port, tell }) === 1) ask(port);
      }),
    heard(says) {
      waiting.shift()?.tell(read(says));
      if (waiting[0] !== undefined) ask(waiting[0].port);
    },
    end() {
      hasEnded = true;
      for (const { tell } of waiting.splice(0)) tell([]);
    },
  };
}

/** "pid parent ticks command;…", from the owner outwards. */
function read(says: string): readonly ProcessFacts[] {
  return [...says.matchAll(/(\d{1,9}) (\d{1,9}) (\d{1,15}) ([0-9a-f]{8})(?:;|$)/g)].map(
    ([, pid, parent, ticks, command]) => ({
      pid: Number(pid),
      parent: Number(parent),
      startedMs: Number(ticks) * clockTickMs,
      command: command ?? "",
    }),
  );
}
