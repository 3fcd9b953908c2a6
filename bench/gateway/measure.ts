/** One round of one gateway: JSON calls and streams at 1, 10 and 100 at once, with what they cost its process. */
import { cpuMs, pssMb } from "../measures/process-tree.ts";
import type { Sample } from "../measures/samples.ts";
import { median, quantile } from "../measures/statistics.ts";
import { callMany, clientOf, type Client } from "./load.ts";
import { paceMs } from "./shapes.ts";
import type { Gateway } from "./targets.ts";

export const lanes = [1, 10, 100] as const;
type Lanes = (typeof lanes)[number];

export const measures = {
  json: (n: Lanes) => `JSON at ${n}, p50 ms`,
  added: (n: Lanes) => `JSON at ${n}, added p50 ms`,
  jsonMost: (n: Lanes) => `JSON at ${n}, p99 ms`,
  rate: (n: Lanes) => `JSON at ${n}, calls/s`,
  cpuPerCall: (n: Lanes) => `JSON at ${n}, CPU ms/call`,
  way: (n: Lanes) => `paced at ${n}, way p50 ms`,
  wayAdded: (n: Lanes) => `paced at ${n}, added way p50 ms`,
  wayMost: (n: Lanes) => `paced at ${n}, way p99 ms`,
  firstByte: (n: Lanes) => `paced at ${n}, TTFB p50 ms`,
  cpuPerStream: "CPU ms/stream, 10 at once",
  memory: "memory at the end, MB",
  priced: "priced share",
} as const;

const jsonCalls = { 1: 150, 10: 600, 100: 1_500 } as const;
const streams = { 1: 1, 10: 10, 100: 100 } as const;
const fastStreams = 60;

/** Figures of one gateway; what was added over `direct` is worked out when all of a round are there. */
export async function measureGateway(gateway: Gateway, round: number): Promise<readonly Sample[]> {
  await gateway.renew();
  const samples: Sample[] = [];
  const add = (measure: string, value: number): void => {
    samples.push({ target: gateway.name, measure, round, value });
  };
  let sent = 0;
  for (const n of lanes) {
    using client = clientOf(gateway, Math.ceil(128 / gateway.origins.length));
    sent += await warm(client, n);
    const before = cpuOf(gateway);
    const { taken, ms } = await callMany(client, {}, n, jsonCalls[n]);
    sent += taken.length;
    const ends = taken.map(({ endMs }) => endMs);
    add(measures.json(n), median(ends));
    add(measures.jsonMost(n), quantile(ends, 0.99));
    add(measures.rate(n), (taken.length / ms) * 1000);
    if (before !== null) add(measures.cpuPerCall(n), ((cpuOf(gateway) ?? 0) - before) / taken.length);
  }
  for (const n of lanes) {
    using client = clientOf(gateway, Math.ceil(128 / gateway.origins.length));
    sent += await warm(client, n);
    const { taken } = await callMany(client, { stream: true, pace: paceMs }, n, streams[n]);
    sent += taken.length;
    const ways = taken.flatMap(({ waysMs }) => waysMs);
    add(measures.way(n), median(ways));
    add(measures.wayMost(n), quantile(ways, 0.99));
    add(measures.firstByte(n), median(taken.map(({ firstByteMs }) => firstByteMs)));
  }
  using client = clientOf(gateway, Math.ceil(128 / gateway.origins.length));
  sent += await warm(client, 10);
  const before = cpuOf(gateway);
  const { taken } = await callMany(client, { stream: true }, 10, fastStreams);
  sent += taken.length;
  if (before !== null) add(measures.cpuPerStream, ((cpuOf(gateway) ?? 0) - before) / taken.length);
  if (gateway.pid !== null) add(measures.memory, pssMb(gateway.pid));
  const priced = await settledShare(gateway, sent);
  if (priced !== null) add(measures.priced, priced);
  return samples;
}

async function warm(client: Client, atOnce: number): Promise<number> {
  const { taken } = await callMany(client, {}, atOnce, atOnce * 2);
  return taken.length;
}

const cpuOf = ({ pid }: Gateway): number | null => (pid === null ? null : cpuMs(pid));

/** The last calls' rows are written after their replies have ended: looked at until all are there, for ten seconds at most. */
async function settledShare(gateway: Gateway, sent: number): Promise<number | null> {
  const until = performance.now() + 10_000;
  for (;;) {
    const priced = await gateway.priced();
    if (priced === null || priced >= sent || performance.now() > until)
      return priced === null ? null : priced / sent;
  }
}

/** What a gateway added to the direct way of the same round, for TLS gateways; plain ones are compared with the plain way. */
export function withAdded(samples: readonly Sample[]): readonly Sample[] {
  const value = (target: string, measure: string, round: number): number | undefined =>
    samples.find((one) => one.target === target && one.measure === measure && one.round === round)?.value;
  const added = samples.flatMap(({ target, measure, round, value: own }) =>
    lanes.flatMap((n) => {
      const name =
        measure === measures.json(n)
          ? measures.added(n)
          : measure === measures.way(n)
            ? measures.wayAdded(n)
            : null;
      const without = value(target === "portkey" ? "direct-plain" : "direct", measure, round);
      if (name === null || without === undefined || target.startsWith("direct")) return [];
      return [{ target, measure: name, round, value: own - without }];
    }),
  );
  return [...samples, ...added];
}
