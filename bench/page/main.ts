/** Measures what a person sees: from the key press to the output in the page, ours beside Notebook 6: `node bench/page/main.ts`. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { chromiumFlags, chromiumPath } from "../../test/page/chromium.ts";
import { loadNow } from "../measures/load.ts";
import { goalTable, type Goal } from "../measures/goals.ts";
import { shuffled } from "../measures/order.ts";
import { settled } from "../measures/process-tree.ts";
import type { Sample } from "../measures/samples.ts";
import { ratioTable, valueTable } from "../measures/statistics.ts";
import { prepareAll } from "../targets/kind.ts";
import { notebookPage, oursPage, type RunnablePage } from "./pages.ts";
import { readStopwatch } from "./stopwatch.ts";

const measure = "run key → output in the page, ms";
const goal: Goal = {
  id: "A9",
  says: "run key → output in the page / notebook6",
  ours: { target: "ours-page", measure },
  peer: { target: "notebook6", measure },
  sense: "at most",
  floor: 1,
  moonshot: 0.5,
};

const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "20" }, out: { type: "string" } },
});
const rounds = Number(options.rounds);
const say = (words = ""): void => void process.stdout.write(`${words}\n`);

if (!existsSync(chromiumPath)) {
  process.stderr.write("needs Debian's package chromium\n");
  process.exit(1);
}
const samples: Sample[] = [];
await measureAll();
const names = [...new Set(samples.map(({ target }) => target))];
say();
say(valueTable(samples, names, [measure]));
say();
if (names.includes("notebook6")) say(ratioTable(samples, names, [measure], "notebook6"));
say(`\n## Goals (${loadNow()} at the end)\n`);
say(goalTable(samples, [goal]));
say("- A9 against code-server: left out, its npm package builds native modules");
if (options.out !== undefined) await writeFile(options.out, JSON.stringify(samples, null, 1));

async function measureAll(): Promise<void> {
  await using browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumFlags });
  await using prepared = await prepareAll([oursPage(browser), notebookPage(browser)]);
  say(`# Page (${rounds} rounds, ${loadNow()} at the start)\n`);
  for (const { kind } of prepared.kinds) say(`- ${kind.name}${kind.mark}: ${kind.says}`);
  for (const words of prepared.missing) say(`- left out, ${words}`);
  for (let round = 0; round <= rounds; round += 1) {
    for (const { kind, target } of shuffled(prepared.kinds, round)) {
      const value = await press(target);
      if (round > 0) samples.push({ target: kind.name, measure, round, value });
    }
    process.stderr.write(`page: round ${round} of ${rounds}\n`);
  }
}

/** Both instants are stamped inside the page; what playwright itself takes is outside of them. */
async function press(runnable: RunnablePage): Promise<number> {
  const { page, serverPid } = runnable;
  await page.bringToFront();
  await runnable.focus();
  await settled(serverPid, 2_000);
  await page.keyboard.press("Control+Enter");
  const ms = await page.evaluate<number>(readStopwatch);
  await settled(serverPid, 2_000);
  return ms;
}
