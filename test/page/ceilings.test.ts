/** What programs may spend: set in the page, seen while it is used up, told where it stopped something; loops and late prices. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startUpstream } from "../upstream.ts";
import { openWorld, type Visit, type World } from "./product.ts";

/** Asks with a small answer in mind, `times` times, each time something else unless `same`. */
const asking = (times: number, model = "openai/gpt-4o-mini", same = false): string => `
import json, os, urllib.error, urllib.request
for n in range(${times}):
    body = {"model": "${model}", "max_tokens": 50, "messages": [{"role": "user", "content": "Hi." + ${same ? '""' : "str(n)"}}]}
    request = urllib.request.Request("https://openrouter.ai/api/v1/chat/completions", json.dumps(body).encode(),
        {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"})
    try:
        print("answered", urllib.request.urlopen(request).status)
    except urllib.error.HTTPError as error:
        print(error.code)
`;

const field = ({ ide }: Visit, name: string) => ide.ceilingsDialog.getByRole("textbox", { name });
const press = ({ ide }: Visit): Promise<void> =>
  ide.ceilingsDialog.getByRole("button", { name: "Save" }).click();
/** Resolves when they hold: the form goes. */
async function save(visit: Visit): Promise<void> {
  await press(visit);
  await visit.ide.ceilingsDialog.waitFor({ state: "hidden" });
}

describe("ceilings", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  test("are set in words and amounts, and what is no amount says why", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await page.keyboard.press("F1");
    await page.keyboard.type("Spending ceilings");
    await page.keyboard.press("Enter");
    await field(visit, "Each run").fill("0,50");
    await ide.ceilingsDialog.getByText("Write the cents behind a point").waitFor();
    await field(visit, "This session").fill("1");
    await press(visit);
    // The field that is wrong takes the focus, and nothing is saved.
    await field(visit, "Each run").and(page.locator(":focus")).waitFor();
    await field(visit, "Each run").fill("0.50");
    await save(visit);
    await ide.noticeShows("Programs may spend $0.50 a run, $1.00 in this session.");
    await page.reload();
    await ide.ceilingsChip.click();
    expect(await field(visit, "Each run").inputValue()).toBe("0.50");
    expect(await field(visit, "This session").inputValue()).toBe("1");
    await page.keyboard.press("Escape");
    await ide.ceilingsDialog.waitFor({ state: "hidden" });
  });

  test("that stop a call say so in the output, in the list and at the call, with the way to raise them", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.ceilingsChip.click();
    await field(visit, "Each run").fill("0.0001");
    await save(visit);
    await ide.run(asking(12));
    await ide.outputShows(/finished in .* · a ceiling stopped call \d+/);
    await ide.noticeShows("A ceiling stopped call");
    await ide.ceilingsChip.and(page.getByRole("button", { name: /Run: \$0\.00 of \$0\.0001$/ })).waitFor();
    await ide.openPanel("Calls");
    await page
      .getByRole("group", { name: "Warnings about the calls" })
      .getByText("A ceiling stopped")
      .waitFor();
    await ide.notices.getByText("A ceiling stopped").waitFor({ state: "detached" });
    await ide.callRows.filter({ hasText: "over budget" }).first().click();
    await ide.inspector.getByRole("button", { name: "Spending ceilings" }).click();
    await ide.ceilingsDialog.getByText("$0.0001 held").waitFor();
    await field(visit, "Each run").fill("");
    await save(visit);
    await ide.noticeShows("No ceiling is set.");
  });

  test("that can't hold a call of unknown price refuse it until that is allowed", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.ceilingsChip.click();
    await field(visit, "Each run").fill("1");
    await save(visit);
    await ide.run(asking(1, "openrouter/auto"));
    await ide.noticeShows("nobody tells what it may cost");
    await page
      .locator(".notice")
      .filter({ hasText: "nobody tells" })
      .getByRole("button", { name: "Ceilings" })
      .click();
    await ide.ceilingsDialog.getByRole("checkbox", { name: "Allow unknown prices" }).check();
    await save(visit);
    await ide.run();
    await ide.outputShows("answered 200");
  });

  test("or not: a program that repeats itself raises an alarm, from which it is stopped", async () => {
    await using visit = await world.visit();
    const { ide } = visit;
    await ide.run(asking(100_000, "simulator/error-429", true));
    await ide.noticeShows("The very same request was sent");
    await ide.notices.getByRole("button", { name: "Stop the run" }).click();
    await ide.runIs("stopped");
  });
});

describe("real money", () => {
  const key = `sk-or-v1-${"feed5eed".repeat(8)}`;
  let folder: string;
  let upstream: Awaited<ReturnType<typeof startUpstream>>;
  let world: World;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "orid-page-ceilings-"));
    upstream = await startUpstream({ key, log: join(folder, "requests.log"), generationDelayMs: 1_500 });
    world = await openWorld({
      env: { OPENROUTER_API_KEY: key, OPENROUTER_BASE_URL: `${upstream.url}/api/v1` },
    });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  test("counts against the session's ceiling, and is counted anew when that is asked for", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.ceilingsChip.click();
    await field(visit, "This session").fill("0.01");
    await save(visit);
    await ide.run(asking(2));
    await ide.runIs("finished");
    await ide.ceilingsChip
      .and(page.getByRole("button", { name: /Session: \$0\.000\d+ of \$0\.01$/ }))
      .waitFor();
    await ide.ceilingsChip.click();
    await ide.ceilingsDialog.getByRole("button", { name: "Count anew" }).click();
    await ide.ceilingsDialog.getByText("$0.00 of $0.01 held").waitFor();
  });

  test("that was spent without a price told is found out after the run's end", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.run(`
import json, os, urllib.request
body = {"model": "simulator/long", "stream": True, "messages": [{"role": "user", "content": "Hi."}]}
request = urllib.request.Request("https://openrouter.ai/api/v1/chat/completions", json.dumps(body).encode(),
    {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"})
urllib.request.urlopen(request).read(10)
os._exit(0)
`);
    await ide.runIs("finished");
    await ide.openPanel("Calls");
    await page.getByText("The price of one call is not known yet.").waitFor();
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByText("The price of one call is not known yet.").waitFor({ state: "detached" });
    await ide.callRows.filter({ hasText: "$0." }).waitFor();
    expect(await ide.calls.innerText()).not.toContain("unknown");
  });
});
