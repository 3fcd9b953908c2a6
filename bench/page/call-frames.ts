/** Measures how smooth the list of calls stays while thousands come, and while they are scrolled: `node bench/page/call-frames.ts`. */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { chromium, type CDPSession, type Page } from "playwright-core";
import { chromiumFlags, chromiumPath } from "../../test/page/chromium.ts";
import { createIde } from "../../test/page/ide.ts";
import { loadNow } from "../measures/load.ts";
import { figure, markdownTable, quantile } from "../measures/statistics.ts";
import { startProduct } from "../targets/product-client.ts";

/** In the page: notes the time from each frame to the next until it is asked for them. */
const startFrames = `(() => {
  const frames = [];
  let last = performance.now();
  let isOn = true;
  const note = (now) => {
    frames.push(now - last);
    last = now;
    if (isOn) requestAnimationFrame(note);
  };
  requestAnimationFrame((now) => { last = now; requestAnimationFrame(note); });
  window.benchFrames = { end: () => { isOn = false; return frames; } };
})()`;

/** The longest that a run may take here, ms: the server's own maximum. */
const longestRunMs = 600_000;

const { values: options } = parseArgs({ options: { calls: { type: "string", default: "5000" } } });
const count = Number(options.calls);
const say = (words = ""): void => void process.stdout.write(`${words}\n`);

if (!existsSync(chromiumPath)) {
  process.stderr.write("needs Debian's package chromium\n");
  process.exit(1);
}
say(`# List of calls (${count} calls, ${loadNow()} at the start)\n`);
const rows: string[][] = [];
await using product = await startProduct();
await using browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumFlags });
const context = await browser.newContext({
  viewport: { width: 1440, height: 900 },
  permissions: ["clipboard-read", "clipboard-write"],
});
await context.addInitScript({ content: `localStorage["openrouter-ide:timeout-ms"] = "${longestRunMs}"` });
const page = await context.newPage();
page.setDefaultTimeout(longestRunMs);
await page.goto(product.address);
const ide = createIde(page);
await ide.ready();
const session = await context.newCDPSession(page);
// The time that the page's main thread computes, not the time that a loaded machine lets it wait.
await session.send("Performance.enable", { timeDomain: "threadTicks" });

await ide.run(sending(count));
await ide.runIs("running");
await ide.openPanel("Calls");
await ide.callRows.first().waitFor();
rows.push(await framesOf("calls stream in, the list follows", () => callsAre(count / 2)));
await page.getByRole("columnheader", { name: "Duration" }).getByRole("button").click();
await page.getByRole("searchbox", { name: "Filter the calls" }).fill("embedding -is:failed");
rows.push(await framesOf("calls stream in, sorted and filtered", () => callsAre(count)));
await page.getByRole("searchbox", { name: "Filter the calls" }).fill("");
rows.push(await framesOf("the list is scrolled by 120 px a frame", () => scroll(page)));
rows.push(
  await framesOf("a filter is typed, 12 letters", async () => {
    await page.getByRole("searchbox", { name: "Filter the calls" }).pressSequentially("model:openai");
  }),
);
const columns = [
  "",
  "calls/s",
  "frames",
  "main thread per frame, ms",
  "frame p50, ms",
  "p95",
  "p99",
  "longest",
  "over 50 ms",
];
say(markdownTable(columns, rows));
say(`\n(${loadNow()} at the end)`);

async function framesOf(name: string, act: () => Promise<void>): Promise<string[]> {
  const before = { at: performance.now(), busyMs: await busyMs(session), calls: await callsNow() };
  await page.evaluate(startFrames);
  await act();
  const frames = await page.evaluate<number[]>("window.benchFrames.end()");
  const seconds = (performance.now() - before.at) / 1000;
  const busy = ((await busyMs(session)) - before.busyMs) / frames.length;
  const come = (await callsNow()) - before.calls;
  const parts = [0.5, 0.95, 0.99, 1].map((part) => figure(quantile(frames, part)));
  const long = String(frames.filter((ms) => ms > 50).length);
  return [name, figure(come / seconds), String(frames.length), figure(busy), ...parts, long];
}

/** Computed by the main thread so far, ms. */
async function busyMs(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? NaN) * 1000;
}

async function callsNow(): Promise<number> {
  return page.evaluate<number>(`Number(document.querySelector("#tab-calls .count")?.textContent ?? 0)`);
}

async function callsAre(wanted: number): Promise<void> {
  const asked = `new Promise((resolve) => {
    const look = () => Number(document.querySelector("#tab-calls .count")?.textContent ?? 0) >= ${wanted} ? resolve() : setTimeout(look, 200);
    look();
  })`;
  await page.evaluate(asked);
}

async function scroll(of: Page): Promise<void> {
  await of.evaluate(`new Promise((resolve) => {
    const list = document.querySelector("[role=grid]");
    list.scrollTop = 0;
    let left = 300;
    const step = () => {
      list.scrollTop += 120;
      left -= 1;
      if (left > 0) requestAnimationFrame(step);
      else resolve();
    };
    requestAnimationFrame(step);
  })`);
}

/** `count` small calls, sixteen at a time. */
function sending(calls: number): string {
  return `
import json, os, urllib.request
from concurrent.futures import ThreadPoolExecutor

HEADERS = {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"}

def embed(n):
    body = {"model": "openai/text-embedding-3-small", "input": f"text {n}"}
    request = urllib.request.Request("https://openrouter.ai/api/v1/embeddings", data=json.dumps(body).encode(), headers=HEADERS)
    urllib.request.urlopen(request).read()

with ThreadPoolExecutor(16) as pool:
    for _ in pool.map(embed, range(${calls})):
        pass
`;
}
