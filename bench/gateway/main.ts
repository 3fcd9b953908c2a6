/** Measures our gateway beside the direct way, the plain design and the peers, and prints tables and goals: `node bench/gateway/main.ts`. */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { goalTable } from "../measures/goals.ts";
import { loadNow } from "../measures/load.ts";
import { shuffled } from "../measures/order.ts";
import { targetsIn, type Sample } from "../measures/samples.ts";
import { ratioTable, valueTable } from "../measures/statistics.ts";
import { firstCall, measureFirstCalls } from "./first-call.ts";
import { gatewayGoals } from "./goals.ts";
import { lanes, measureGateway, measures, withAdded } from "./measure.ts";
import { allGateways, openWorld } from "./targets.ts";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    targets: { type: "string", default: allGateways.join(",") },
    out: { type: "string" },
  },
});
const rounds = Number(options.rounds);
const say = (words = ""): void => void process.stdout.write(`${words}\n`);

await using world = await openWorld(options.targets.split(","));
say(`# Gateways (${rounds} rounds, ${loadNow()} at the start)\n`);
for (const words of world.missing) say(`- left out, ${words}`);

const measured: Sample[] = [];
for (let round = 0; round <= rounds; round++) {
  process.stderr.write(`round ${round} of ${rounds}, ${loadNow()}\n`);
  for (const gateway of shuffled(world.gateways, round)) {
    const samples = await measureGateway(gateway, round);
    // The first one is thrown away: code is compiled in it.
    if (round > 0) measured.push(...samples);
  }
}
const samples = [...withAdded(measured), ...(await measureFirstCalls(world, rounds))];

const show = (title: string, names: readonly string[], reference: string): void => {
  const targets = targetsIn(samples.filter(({ measure }) => names.includes(measure)));
  say(`\n## ${title}\n`);
  say(valueTable(samples, targets, names));
  say();
  say(ratioTable(samples, targets, names, reference));
};
for (const n of lanes) {
  show(
    `JSON calls, ${n} at once`,
    [measures.json(n), measures.added(n), measures.jsonMost(n), measures.rate(n), measures.cpuPerCall(n)],
    "mockttp",
  );
}
for (const n of lanes) {
  show(
    `Paced streams, ${n} at once`,
    [measures.way(n), measures.wayAdded(n), measures.wayMost(n), measures.firstByte(n)],
    "direct",
  );
}
show("CPU and memory", [measures.cpuPerStream, measures.memory], "mitmproxy");
show("Over a line of 40 ms", [firstCall], "direct");
say(`\n## Goals (${loadNow()} at the end)\n`);
say(goalTable(samples, gatewayGoals));
if (options.out !== undefined) await writeFile(options.out, JSON.stringify(samples, null, 1));
