/** How fast a million lines come, how many of them, how long one print is under way, and what 10⁸ bytes cost in memory. */
import { pssMb, settled } from "../measures/process-tree.ts";
import { shuffled } from "../measures/order.ts";
import type { Sample } from "../measures/samples.ts";
import { quantile } from "../measures/statistics.ts";
import { takesPart, type PreparedKind } from "../targets/kind.ts";
import { bulk, expectedLines, flushed, lines, unflushed, type Printing } from "./programs.ts";
import type { Streaming, StreamingKind } from "./streaming.ts";

type Figure = Pick<Sample, "measure" | "value">;

export const measures = {
  speed: "MB/s",
  share: "share that arrived",
  flushedHalf: "flushed, p50 ms",
  flushedMost: "flushed, p99 ms",
  unflushedHalf: "unflushed, p50 ms",
  unflushedMost: "unflushed, p99 ms",
} as const;

export const bulkMeasures = {
  speed: "10⁸ bytes, MB/s",
  share: "10⁸ bytes, share that arrived",
  before: "server before, MB",
  grown: "server's growth meanwhile, MB",
} as const;

export async function measureOutput(
  kinds: readonly PreparedKind<Streaming>[],
  rounds: number,
  tell: (words: string) => void,
): Promise<readonly Sample[]> {
  const expected = expectedLines();
  const samples: Sample[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (const { kind, target } of shuffled(kinds, round)) {
      if (!takesPart(kind, round)) continue;
      const figures = [
        ...(await measureLines(kind.name, target, expected)),
        ...(await measureWay(target, flushed, measures.flushedHalf, measures.flushedMost)),
        ...(await measureWay(target, unflushed, measures.unflushedHalf, measures.unflushedMost)),
      ];
      if (round > 0) samples.push(...figures.map((each) => ({ ...each, target: kind.name, round })));
    }
    tell(`output: round ${round} of ${rounds}`);
  }
  return samples;
}

/** From the start to the end, the interpreter's own start included; text that arrives whole must be right to the letter. */
async function measureLines(who: string, target: Streaming, expected: string): Promise<readonly Figure[]> {
  const parts: string[] = [];
  const begun = performance.now();
  await target.stream(lines, (text) => parts.push(text));
  const ms = performance.now() - begun;
  const arrived = parts.join("");
  if (arrived.length >= expected.length && arrived !== expected)
    throw new Error(`${who} brought other lines`);
  return [
    { measure: measures.speed, value: arrived.length / 1000 / ms },
    { measure: measures.share, value: arrived.length / expected.length },
  ];
}

/** The program prints the time; how much later is it at the client? */
async function measureWay(
  target: Streaming,
  program: Printing,
  half: string,
  most: string,
): Promise<readonly Figure[]> {
  const ways: number[] = [];
  let open = "";
  await target.stream(program, (text) => {
    const now = process.hrtime.bigint();
    const whole = (open + text).split("\n");
    open = whole.pop() ?? "";
    for (const line of whole) ways.push(Number(now - BigInt(line)) / 1e6);
  });
  return [
    { measure: half, value: quantile(ways, 0.5) },
    { measure: most, value: quantile(ways, 0.99) },
  ];
}

/** In a fresh start each time: the growth is of the server with everything below it, looked at every 100 ms. */
export async function measureBulk(
  kinds: readonly StreamingKind[],
  rounds: number,
  tell: (words: string) => void,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const kind of kinds) {
      const prepared = await kind.prepare();
      if (!prepared.ok) continue;
      await using target = prepared.target;
      const figures = await measureBulkOnce(target);
      samples.push(...figures.map((each) => ({ ...each, target: kind.name, round })));
    }
    tell(`10⁸ bytes: round ${round} of ${rounds}`);
  }
  return samples;
}

async function measureBulkOnce(target: Streaming): Promise<readonly Figure[]> {
  const pid = target.serverPid;
  if (pid !== null) await settled(pid, 2_000);
  const weigh = (): number => (pid === null ? NaN : pssMb(pid));
  const before = weigh();
  let most = before;
  const looking = setInterval(() => (most = Math.max(most, weigh())), 100);
  let arrived = 0;
  const begun = performance.now();
  await target.stream(bulk, (text) => (arrived += text.length));
  const ms = performance.now() - begun;
  clearInterval(looking);
  const figures = [
    { measure: bulkMeasures.speed, value: arrived / 1000 / ms },
    { measure: bulkMeasures.share, value: arrived / bulk.sends },
  ];
  if (pid === null) return figures;
  return [
    ...figures,
    { measure: bulkMeasures.before, value: before },
    { measure: bulkMeasures.grown, value: most - before },
  ];
}
