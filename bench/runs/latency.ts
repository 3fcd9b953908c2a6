/** How long a run takes: first byte and end of each program on each target, in another order each round. */
import { settled } from "../measures/process-tree.ts";
import { shuffled } from "../measures/order.ts";
import type { Sample } from "../measures/samples.ts";
import { takesPart, type PreparedKind } from "../targets/kind.ts";
import type { Target } from "../targets/target.ts";
import type { Program } from "./programs.ts";

/** Refills and tear-downs end within this, or the measurement goes on regardless. */
const settleMs = 3_000;

export const firstByteOf = (program: string): string => `${program}, first byte ms`;
export const exitOf = (program: string): string => `${program}, exit ms`;

export async function measureLatency(
  kinds: readonly PreparedKind<Target>[],
  programs: readonly Program[],
  rounds: number,
  tell: (words: string) => void,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  // Round 0 is thrown away: it fills the page cache and the byte-code caches.
  for (let round = 0; round <= rounds; round += 1) {
    for (const program of programs) {
      for (const { kind, target } of shuffled(kinds, round)) {
        if (!takesPart(kind, round)) continue;
        await target.ready(program, 1);
        await quiet(target);
        const { firstByteMs, exitMs } = await target.run(program, 0);
        await quiet(target);
        if (round === 0) continue;
        samples.push(
          { target: kind.name, measure: firstByteOf(program.name), round, value: firstByteMs },
          { target: kind.name, measure: exitOf(program.name), round, value: exitMs },
        );
      }
    }
    tell(`latency: round ${round} of ${rounds}`);
  }
  return samples;
}

/** Before a run nothing of the target is busy still, and after it nothing is left for the next target's time. */
export async function quiet({ uses }: Target): Promise<void> {
  if (uses.kind === "server") await settled(uses.pid, settleMs);
  if (uses.kind === "within") await settled(process.pid, settleMs);
}
