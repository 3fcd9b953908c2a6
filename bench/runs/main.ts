/** Measures runs beside bare python3, bubblewrap and the peers, and prints tables and goals: `node bench/runs/main.ts`. */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { goalTable } from "../measures/goals.ts";
import type { Sample } from "../measures/samples.ts";
import { ratioTable, valueTable } from "../measures/statistics.ts";
import { allTargets, outOfReach } from "../targets/all.ts";
import { latencyGoals } from "./goals.ts";
import { exitOf, firstByteOf, measureLatency } from "./latency.ts";
import { prepareAll, type PreparedKind } from "./prepare.ts";
import { programs } from "./programs.ts";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    targets: { type: "string", default: allTargets.map(({ name }) => name).join(",") },
    programs: { type: "string", default: Object.keys(programs).join(",") },
    out: { type: "string" },
  },
});

const say = (words = ""): void => void process.stdout.write(`${words}\n`);
const tell = (words: string): void => void process.stderr.write(`${words}\n`);
const picked = <T extends { readonly name: string }>(all: readonly T[], names: string): readonly T[] =>
  all.filter(({ name }) => names.split(",").includes(name));

const wantedPrograms = picked(Object.values(programs), options.programs);
await using prepared = await prepareAll(picked(allTargets, options.targets));

say(`# Runs (${options.rounds} rounds)\n`);
for (const { kind } of prepared.kinds) say(`- ${kind.name}${kind.mark}: ${kind.says}`);
for (const words of [...prepared.missing, ...outOfReach]) say(`- left out, ${words}`);

const samples = await measureLatency(prepared.kinds, wantedPrograms, Number(options.rounds), tell);
showLatency(prepared.kinds, samples);
say("\n## Goals\n");
say(goalTable(samples, latencyGoals));
if (options.out !== undefined) await writeFile(options.out, JSON.stringify(samples, null, 1));

function showLatency(kinds: readonly PreparedKind[], latency: readonly Sample[]): void {
  const targets = kinds.map(({ kind }) => kind.name);
  const names = wantedPrograms.map(({ name }) => name);
  const exits = names.map(exitOf);
  say("\n## Latency\n");
  say(valueTable(latency, targets, [...names.slice(0, 1).map(firstByteOf), ...exits]));
  say();
  say(ratioTable(latency, targets, [...names.slice(0, 1).map(firstByteOf), ...exits], "bare"));
}
