/** How many runs a second, with 1, 4 and 16 at once, in short bursts, and what CPU time a run takes with all that it causes. */
import { cpuMs, commandsCpuMs } from "../measures/process-tree.ts";
import { shuffled } from "../measures/order.ts";
import type { Sample } from "../measures/samples.ts";
import type { PreparedKind } from "../targets/kind.ts";
import type { Target } from "../targets/target.ts";
import { quiet } from "./latency.ts";
import { programs } from "./programs.ts";

const burstMs = 700;
export const lanesAtOnce = [1, 4, 16] as const;
export const rateAt = (lanes: number): string => `runs/s at ${lanes}`;
export const cpuPerRun = "CPU ms per run";

/** Hello in bursts; CPU per run is over the round's bursts together, refills and tear-downs included. */
export async function measureThroughput(
  kinds: readonly PreparedKind<Target>[],
  rounds: number,
  tell: (words: string) => void,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (const { kind, target } of shuffled(
      kinds.filter((each) => !each.kind.isSlow),
      round,
    )) {
      const measured = await measureTarget(target);
      if (round === 0) continue;
      samples.push(...measured.map((each) => ({ ...each, target: kind.name, round })));
    }
    tell(`throughput: round ${round} of ${rounds}`);
  }
  return samples;
}

async function measureTarget(target: Target): Promise<readonly Pick<Sample, "measure" | "value">[]> {
  const measured: Pick<Sample, "measure" | "value">[] = [];
  let runs = 0;
  let cpu = 0;
  for (const lanes of lanesAtOnce.filter((each) => each <= target.mostLanes)) {
    await target.ready(programs.hello, lanes);
    await quiet(target);
    const cpuBefore = cpuOf(target);
    const burst = await runBurst(target, lanes);
    await quiet(target);
    cpu += cpuOf(target) - cpuBefore;
    runs += burst.runs;
    measured.push({ measure: rateAt(lanes), value: (burst.runs / burst.ms) * 1000 });
  }
  // The client is no part of what a target uses.
  if (target.uses.kind !== "within") measured.push({ measure: cpuPerRun, value: cpu / runs });
  return measured;
}

/** Each lane begins another run until the time is up; the burst lasts until the last has ended. */
async function runBurst(
  target: Target,
  lanes: number,
): Promise<{ readonly runs: number; readonly ms: number }> {
  const begun = performance.now();
  let runs = 0;
  const work = async (lane: number): Promise<void> => {
    while (performance.now() - begun < burstMs) {
      await target.run(programs.hello, lane);
      runs += 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => work(lane)));
  return { runs, ms: performance.now() - begun };
}

function cpuOf({ uses, toldCpuMs }: Target): number {
  if (uses.kind === "server") return cpuMs(uses.pid) + (toldCpuMs?.() ?? 0);
  return uses.kind === "commands" ? commandsCpuMs() : 0;
}
