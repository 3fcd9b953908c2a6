/** Measures runs beside bare python3, bubblewrap and the peers, and prints tables and goals: `node bench/runs/main.ts`. */
import { parseArgs } from "node:util";
import { writeFile } from "node:fs/promises";
import { stepBelowReaper } from "../measures/step-below-reaper.ts";
import { loadNow } from "../measures/load.ts";
import { goalTable, type Goal } from "../measures/goals.ts";
import { targetsIn, type Sample } from "../measures/samples.ts";
import { ratioTable, valueTable } from "../measures/statistics.ts";
import { allTargets, outOfReach } from "../targets/all.ts";
import { latencyGoals, memoryGoals, throughputGoals } from "./goals.ts";
import { exitOf, firstByteOf, measureLatency } from "./latency.ts";
import { measureMemory, perIdleSession, perLoadedSession, serverAlone } from "./memory.ts";
import { prepareAll } from "../targets/kind.ts";
import { programs } from "./programs.ts";
import { cpuPerRun, lanesAtOnce, measureThroughput, rateAt } from "./throughput.ts";

stepBelowReaper();
const { values: options } = parseArgs({
  options: {
    axes: { type: "string", default: "latency,throughput,memory" },
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

const rounds = Number(options.rounds);
const axes = options.axes.split(",");
const kinds = picked(allTargets, options.targets);
const wanted = picked(Object.values(programs), options.programs);
const samples: Sample[] = [];
const goals: Goal[] = [];

await measureRuns();
if (axes.includes("memory")) {
  // Weighed in fresh starts and in fewer rounds: memory varies little.
  samples.push(...(await measureMemory(kinds, Math.ceil(rounds / 7), tell)));
  goals.push(...memoryGoals);
  show("Memory", [serverAlone, perIdleSession, perLoadedSession], "jupyter-ws-warm");
}
say(`\n## Goals (${loadNow()} at the end)\n`);
say(goalTable(samples, goals));
if (options.out !== undefined) await writeFile(options.out, JSON.stringify(samples, null, 1));

async function measureRuns(): Promise<void> {
  if (!axes.includes("latency") && !axes.includes("throughput")) return;
  await using prepared = await prepareAll(kinds);
  say(`# Runs (${rounds} rounds, ${loadNow()} at the start)\n`);
  for (const { kind } of prepared.kinds) say(`- ${kind.name}${kind.mark}: ${kind.says}`);
  for (const words of [...prepared.missing, ...outOfReach]) say(`- left out, ${words}`);
  if (axes.includes("latency")) {
    samples.push(...(await measureLatency(prepared.kinds, wanted, rounds, tell)));
    goals.push(...latencyGoals);
    const names = wanted.map(({ name }) => name);
    show("Latency", [...names.slice(0, 1).map(firstByteOf), ...names.map(exitOf)], "bare");
  }
  if (axes.includes("throughput")) {
    samples.push(...(await measureThroughput(prepared.kinds, rounds, tell)));
    goals.push(...throughputGoals);
    show("Throughput and CPU (hello)", [...lanesAtOnce.map(rateAt), cpuPerRun], "bare");
  }
}

function show(title: string, measures: readonly string[], reference: string): void {
  const targets = targetsIn(samples.filter(({ measure }) => measures.includes(measure)));
  const ordered = kinds.map(({ name }) => name).filter((name) => targets.includes(name));
  say(`\n## ${title}\n`);
  say(valueTable(samples, ordered, measures));
  say();
  say(ratioTable(samples, ordered, measures, reference));
}
