/** A ceiling that a person sets in the page holds for its programs; what nobody told the price of is learnt afterwards, through a kill. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noCeilings, type ChangeCeilings } from "../../contract/session.ts";
import { picoUsd } from "../../server/money.ts";
import { ok, startProduct, visit, type Product, type Visitor } from "../product.ts";
import { startUpstream, type TestUpstream } from "../upstream.ts";

const key = `sk-or-v1-${"feed5eed".repeat(8)}`;
let folder: string;
let fake: TestUpstream;
let product: Product;

const start = (upstream = fake, data = "data"): Promise<Product> =>
  startProduct({
    data: join(folder, data),
    env: { OPENROUTER_API_KEY: key, OPENROUTER_BASE_URL: `${upstream.url}/api/v1` },
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "orid-ceilings-"));
  fake = await startUpstream({ key, log: join(folder, "requests.log") });
  product = await start();
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await fake[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Asks `times` times, each time something else; an error that is not caught ends it. */
const asking = (times: number, model = "openai/gpt-4o-mini", seed = "n"): string => `
import json, os, urllib.request
for n in range(${times}):
    request = urllib.request.Request(
        "https://openrouter.ai/api/v1/chat/completions",
        json.dumps({"model": "${model}", "max_tokens": 50, "seed": ${seed}, "messages": [{"role": "user", "content": "Hi."}]}).encode(),
        {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"},
    )
    try:
        print(json.load(urllib.request.urlopen(request))["usage"]["cost"])
    except urllib.error.HTTPError as error:
        if error.code != 429:
            raise
`;
const set = async (person: Visitor, ceilings: Partial<ChangeCeilings>) =>
  ok(await person.api.setCeilings({ body: { ...noCeilings, ...ceilings } })).ceilings;
const usd = (text: string): bigint => picoUsd(text) ?? -1n;

test("nothing is held until somebody sets it; what is no amount is refused", async () => {
  const ann = await visit(product);
  const { ceilings } = ok(await ann.api.session());
  expect(ceilings).toMatchObject({ ...noCeilings, sessionSpentUsd: "0", daySpentUsd: "0" });
  for (const runUsd of ["-1", "1e3", "", "one", "1000000", "0.1234567890123"])
    expect(await ann.api.setCeilings({ body: { ...noCeilings, runUsd } })).toMatchObject({
      ok: false,
      error: { code: "bad-request" },
    });
  expect(await set(ann, { runUsd: "0.50" })).toMatchObject({ runUsd: "0.50", sessionUsd: null });
});

test("a run that goes over its own ceiling gets 402, and says at which call", async () => {
  const ann = await visit(product);
  await set(ann, { runUsd: "0.0004" });
  const { run } = await ann.run(asking(50));
  expect(run.state).toBe("failed");
  expect(run.reason).toMatch(
    /^over budget at call \d+: failed at line \d+: urllib\.error\.HTTPError: HTTP Error 402/,
  );
  const { calls } = ok(await ann.api.listCalls({ params: { run: run.id } }));
  const last = calls.at(-1);
  expect(run).toMatchObject({ ceilingUsd: "0.0004", overBudgetAt: calls.length });
  expect(calls.length).toBeGreaterThan(1);
  expect(last).toMatchObject({ status: 402, state: "failed", costUsd: null, error: { code: "over-budget" } });
  expect(usd(run.costUsd)).toBeLessThanOrEqual(usd("0.0004"));
  const record = ok(await ann.api.getCall({ params: { run: run.id, number: "1" } }));
  expect(record.bill).toMatchObject({ totalUsd: record.call.costUsd, remainderUsd: "0", toldBy: "reply" });
  expect(ok(await ann.api.getRun({ params: { run: run.id } })).run).toMatchObject({
    overBudgetAt: calls.length,
  });
});

test("the session's ceiling counts over its runs, shows what is used, and begins anew when it is set anew", async () => {
  const ann = await visit(product);
  const { run } = await ann.run(asking(2));
  const shown = await set(ann, { dayUsd: "5" });
  expect(shown).toMatchObject({ sessionSpentUsd: run.costUsd, daySpentUsd: run.costUsd });
  await set(ann, { sessionUsd: "0.00025" });
  const first = await ann.run(asking(1));
  expect(first.run.state).toBe("finished");
  const second = await ann.run(asking(9));
  expect(second.run).toMatchObject({ state: "failed", ceilingUsd: null });
  expect(second.run.reason).toMatch(/^over budget at call /);
  const used = ok(await ann.api.session()).ceilings;
  expect(usd(used.sessionSpentUsd)).toBe(usd(first.run.costUsd) + usd(second.run.costUsd));
  expect(await set(ann, { sessionUsd: "0.00026" })).toMatchObject({ sessionSpentUsd: "0" });
  const third = await ann.run(asking(1));
  expect(third.run.state).toBe("finished");
  expect(await set(ann, { sessionUsd: "0.00026" })).toMatchObject({ sessionSpentUsd: third.run.costUsd });
  const anew = await set(ann, { sessionUsd: "0.00026", countAnew: true });
  expect(anew).toMatchObject({ sessionUsd: "0.00026", sessionSpentUsd: "0" });
  expect(anew.daySpentUsd).not.toBe("0");
});

test("a program that sends the same request again and again is stopped where that is set", async () => {
  const ann = await visit(product);
  await set(ann, { stopAfterRepeats: 3 });
  const { run } = await ann.run(asking(1_000, "simulator/error-429", "1"));
  expect(run).toMatchObject({
    state: "stopped",
    reason: expect.stringMatching(/^stopped because it sent the same request again and again/),
  });
  const { calls } = ok(await ann.api.listCalls({ params: { run: run.id } }));
  expect(calls.slice(0, 5).map(({ repeats }) => repeats)).toEqual([0, 1, 2, 3, 4]);
});

test("what a call cost that the program left early is learnt afterwards, though the server is killed in between", async () => {
  // At a real pace its long answer is under way for many seconds: the program has left by then.
  const log = join(folder, "slow-requests.log");
  await using slow = await startUpstream({ key, log, pace: "real", generationDelayMs: 1_500 });
  await using killed = await start(slow, "killed");
  const ann = await visit(killed);
  const { run } = await ann.run(`
import json, os, urllib.request
request = urllib.request.Request(
    "https://openrouter.ai/api/v1/chat/completions",
    json.dumps({"model": "simulator/long", "stream": True, "messages": [{"role": "user", "content": "Hi."}]}).encode(),
    {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"},
)
urllib.request.urlopen(request).read(10)
os._exit(0)
`);
  const params = { run: run.id, number: "1" };
  const before = ok(await ann.api.getCall({ params }));
  expect(before).toMatchObject({ call: { state: "unknown", costUsd: null }, bill: null });
  expect(run.unknownCostCalls).toBe(1);
  await killed.end("SIGKILL");
  await using next = await start(slow, "killed");
  const back = await visit(next, ann);
  await expect
    .poll(async () => ok(await back.api.getCall({ params })).call.state, { timeout: 30_000 })
    .toBe("done");
  const after = ok(await back.api.getCall({ params }));
  expect(after.bill).toMatchObject({ toldBy: "generation", totalUsd: after.call.costUsd });
  expect(ok(await back.api.getRun({ params })).run).toMatchObject({
    costUsd: after.call.costUsd,
    unknownCostCalls: 0,
  });
});
