/** Measures output on its way to a client, beside pipes, a plain relay and Jupyter: `node bench/output/main.ts`. */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { loadNow } from "../measures/load.ts";
import { goalTable } from "../measures/goals.ts";
import type { Sample } from "../measures/samples.ts";
import { ratioTable, valueTable } from "../measures/statistics.ts";
import { stepBelowReaper } from "../measures/step-below-reaper.ts";
import { prepareAll } from "../targets/kind.ts";
import { bare, bareUnbuffered, bwrap } from "./commands.ts";
import { outputGoals } from "./goals.ts";
import { jupyterUnlimited, jupyterWarm } from "./jupyter.ts";
import { bulkMeasures, measureBulk, measureOutput, measures } from "./measure.ts";
import { oursSandbox, oursServer } from "./ours.ts";
import { wsRelay, wsRelayUnbuffered } from "./relay.ts";
import type { StreamingKind } from "./streaming.ts";

const all: readonly StreamingKind[] = [
  bare,
  bareUnbuffered,
  bwrap,
  wsRelay,
  wsRelayUnbuffered,
  jupyterWarm,
  jupyterUnlimited,
  oursServer,
  oursSandbox,
];
const ofBulk: readonly StreamingKind[] = [bare, wsRelay, oursServer];

stepBelowReaper();
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    targets: { type: "string", default: all.map(({ name }) => name).join(",") },
    out: { type: "string" },
  },
});
const rounds = Number(options.rounds);
const names = options.targets.split(",");
const kinds = all.filter(({ name }) => names.includes(name));
const say = (words = ""): void => void process.stdout.write(`${words}\n`);
const tell = (words: string): void => void process.stderr.write(`${words}\n`);

const samples: Sample[] = [];
await measureKinds();
samples.push(
  ...(await measureBulk(
    ofBulk.filter((kind) => kinds.includes(kind)),
    Math.ceil(rounds / 7),
    tell,
  )),
);
const targets = kinds.map(({ name }) => name);
say("\n## 10⁶ lines of print(i), and the way of one print\n");
say(valueTable(samples, targets, Object.values(measures)));
say();
say(ratioTable(samples, targets, Object.values(measures), "bare"));
say("\n## 10⁸ bytes\n");
say(
  valueTable(
    samples,
    ofBulk.map(({ name }) => name).filter((name) => names.includes(name)),
    Object.values(bulkMeasures),
  ),
);
say(`\n## Goals (${loadNow()} at the end)\n`);
say(goalTable(samples, outputGoals));
if (options.out !== undefined) await writeFile(options.out, JSON.stringify(samples, null, 1));

async function measureKinds(): Promise<void> {
  await using prepared = await prepareAll(kinds);
  say(`# Output (${rounds} rounds, ${loadNow()} at the start)\n`);
  for (const { kind } of prepared.kinds) say(`- ${kind.name}${kind.mark}: ${kind.says}`);
  for (const words of prepared.missing) say(`- left out, ${words}`);
  samples.push(...(await measureOutput(prepared.kinds, rounds, tell)));
}
