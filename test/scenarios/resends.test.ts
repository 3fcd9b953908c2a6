/** A recorded call is sent again by its owner: edited or as it was, on the ceilings, priced and recorded like any other. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Call } from "../../contract/calls.ts";
import type { RunEvent } from "../../contract/events.ts";
import type { RunId } from "../../contract/ids.ts";
import type { Run } from "../../contract/runs.ts";
import { noCeilings } from "../../contract/session.ts";
import { picoUsd } from "../../server/money.ts";
import { ok, startProduct, visit, type Product, type Visitor } from "../product.ts";
import { startUpstream, type TestUpstream } from "../upstream.ts";

const key = `sk-or-v1-${"5e4d".repeat(16)}`;
let folder: string;
let fake: TestUpstream;
let product: Product;
let ann: Visitor;

const start = (args: readonly string[] = []): Promise<Product> =>
  startProduct({
    args,
    data: join(folder, "data"),
    env: { OPENROUTER_API_KEY: key, OPENROUTER_BASE_URL: `${fake.url}/api/v1` },
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "orid-resends-"));
  fake = await startUpstream({ key, log: join(folder, "requests.log"), stallMs: 600_000 });
  product = await start();
});
beforeEach(async () => {
  ann = await visit(product);
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await fake[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const asked = { model: "openai/gpt-4o-mini", max_tokens: 50, messages: [{ role: "user", content: "Hi." }] };

/** Asks as often as it reads a line, and once before. */
const asking = (times = 1, maxTokens = asked.max_tokens): string => `
import json, os, urllib.request
for n in range(${times}):
    if n:
        input()
    request = urllib.request.Request(
        "https://openrouter.ai/api/v1/chat/completions",
        json.dumps(${JSON.stringify({ ...asked, max_tokens: maxTokens })}).encode(),
        {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json", "X-Title": "Mine"},
    )
    urllib.request.urlopen(request).read()
    print("asked", flush=True)
`;

const press = (): string => crypto.randomUUID();
const at = (run: RunId, number: number) => ({ run, number: String(number) });
const resend = (run: RunId, number: number, body: object | null, idempotencyKey = press()) =>
  ann.api.resendCall({
    params: at(run, number),
    body: { text: body === null ? null : JSON.stringify(body), idempotencyKey },
  });

const hasEnded = (call: Call): boolean => call.state !== "open" && call.state !== "streaming";

const posts = async (): Promise<number> =>
  (await fake.requests()).filter(({ method }) => method === "POST").length;

/** As whoever looks at the run sees it end, from the event socket, with the run as it stands then. */
async function ended(run: RunId, number: number): Promise<{ readonly call: Call; readonly run: Run }> {
  let call: Call | null = null;
  const events = await ann.follow(run, (event: RunEvent) => {
    if (event.type === "call" && event.call.number === number && hasEnded(event.call)) call = event.call;
    return event.type === "run" && call !== null;
  });
  const last = events.findLast((event) => event.type === "run");
  if (call === null || last === undefined) throw new Error("it was not told");
  return { call, run: last.run };
}

test("with another body it is a new call of the ended run, with the real key, its own price, and a place behind the others", async () => {
  const { run } = await ann.run(asking());
  const edited = { ...asked, messages: [{ role: "user", content: "Edited: é" }] };
  const follows = ended(run.id, 2);
  const opened = ok(await resend(run.id, 1, edited));
  expect(opened).toMatchObject({ number: 2, resendOf: 1, runId: run.id, model: asked.model });
  const { call, run: after } = await follows;
  expect(call).toMatchObject({ number: 2, state: "done", status: 200, resendOf: 1, repeats: 0 });
  const [first] = ok(await ann.api.listCalls({ params: { run: run.id } })).calls;
  expect(call.startMs).toBeGreaterThanOrEqual((first?.startMs ?? 0) + (first?.durationMs ?? 0));
  expect(after.callCount).toBe(2);
  const cost = (text: string | null | undefined): bigint => picoUsd(text ?? "-1") ?? -1n;
  expect(cost(after.costUsd)).toBe(cost(first?.costUsd) + cost(call.costUsd));
  const sent = (await fake.requests()).at(-1);
  const header = (name: string) => sent?.headers.find(([own]) => own.toLowerCase() === name)?.[1];
  expect(JSON.parse(Buffer.from(sent?.bodyBase64 ?? "", "base64").toString())).toEqual(edited);
  expect([header("x-title"), header("authorization")]).toEqual(["Mine", `Bearer ${key}`]);
  const record = ok(await ann.api.getCall({ params: at(run.id, 2) }));
  expect(record).toMatchObject({
    request: { text: JSON.stringify(edited), cut: false },
    bill: { toldBy: "reply" },
  });
  expect(record.answer).toContain("Edited");
});

test("as it was it is the very same request again; a second time it is the third call", async () => {
  const { run } = await ann.run(asking());
  const before = (await fake.requests()).at(-1);
  ok(await resend(run.id, 1, null));
  await ended(run.id, 2);
  ok(await resend(run.id, 2, null));
  expect((await ended(run.id, 3)).call).toMatchObject({ resendOf: 2, state: "done" });
  const after = (await fake.requests()).at(-1);
  expect(after?.bodyBase64).toBe(before?.bodyBase64);
  expect(after?.url).toBe(before?.url);
});

test("the same press of the button is one call, asked for at once or again", async () => {
  const { run } = await ann.run(asking());
  const same = press();
  const both = await Promise.all([resend(run.id, 1, null, same), resend(run.id, 1, null, same)]);
  expect(both.map((answer) => ok(answer).number)).toEqual([2, 2]);
  await ended(run.id, 2);
  expect(ok(await resend(run.id, 1, null, same))).toMatchObject({ number: 2, state: "done" });
  expect(ok(await ann.api.listCalls({ params: { run: run.id } })).calls).toHaveLength(2);
});

test("beside a program that runs it takes the next number, and the program the one after", async () => {
  const { id } = ok(await ann.api.startRun({ body: { code: asking(2), idempotencyKey: press() } }));
  await ann.follow(id, (event) => event.type === "output" && event.text.includes("asked"));
  // The program may have its answer before the row tells of the end.
  await ann.follow(id, (event) => event.type === "call" && event.call.number === 1 && hasEnded(event.call));
  expect(ok(await resend(id, 1, null))).toMatchObject({ number: 2, resendOf: 1 });
  await ended(id, 2);
  ok(await ann.api.sendInput({ params: { run: id }, body: { text: "\n" } }));
  await ann.follow(id, (event) => event.type === "run" && event.run.state === "finished");
  const { calls } = ok(await ann.api.listCalls({ params: { run: id } }));
  expect(calls.map(({ number, resendOf }) => [number, resendOf])).toEqual([
    [1, null],
    [2, 1],
    [3, null],
  ]);
  expect(calls.map(({ state }) => state)).toEqual(["done", "done", "done"]);
});

test("ceilings hold for it: of the session at once, and of its run with all that the run had spent", async () => {
  const set = (sessionUsd: string | null, runUsd: string | null) =>
    ann.api.setCeilings({ body: { ...noCeilings, sessionUsd, runUsd } });
  const ceiling = 2_000_000_000n;
  ok(await set(null, "0.002"));
  const { run } = await ann.run(asking());
  ok(await resend(run.id, 1, { ...asked, max_tokens: 1_000 }));
  const { call: second, run: spending } = await ended(run.id, 2);
  const [first] = ok(await ann.api.listCalls({ params: { run: run.id } })).calls;
  const aside = (call?: Call): bigint => picoUsd(call?.reservedUsd ?? "0") ?? 0n;
  const perToken = (aside(second) - aside(first)) / 950n;
  const spent = picoUsd(spending.costUsd) ?? 0n;
  // So many fit into the ceiling alone, but not beside what the run has spent.
  const most = Number((ceiling - spent / 2n - aside(first)) / perToken) + 50;
  ok(await resend(run.id, 1, { ...asked, max_tokens: most }));
  const refused = { state: "failed", status: 402, error: { code: "over-budget" } };
  expect((await ended(run.id, 3)).call).toMatchObject(refused);
  const alone = await ann.run(asking(1, most));
  expect([alone.run.state, alone.run.overBudgetAt]).toEqual(["finished", null]);
  ok(await set("0.000000001", null));
  ok(await resend(run.id, 1, null));
  const last = await ended(run.id, 4);
  expect(last.call).toMatchObject(refused);
  // The run itself was not over its budget.
  expect(last.run.overBudgetAt).toBeNull();
});

test("one goes on at a time; it can be stopped, a call of the program's can't", async () => {
  const { run } = await ann.run(asking());
  const stalled = { ...asked, model: "simulator/stream-stall", stream: true };
  const going = ok(await resend(run.id, 1, stalled));
  expect(await resend(run.id, 1, null)).toMatchObject({ ok: false, error: { code: "too-many" } });
  ok(await ann.api.stopCall({ params: at(run.id, going.number) }));
  const { call } = await ended(run.id, going.number);
  expect(call).toMatchObject({
    state: "unknown",
    error: { message: "Stopped by you before the reply was whole." },
  });
  for (const number of [1, going.number])
    expect(await ann.api.stopCall({ params: at(run.id, number) })).toMatchObject({
      ok: false,
      error: { code: "call-ended" },
    });
  ok(await resend(run.id, 1, null));
  expect((await ended(run.id, 3)).call.state).toBe("done");
});

test("what is not there, or is another's, can't be sent again", async () => {
  const { run } = await ann.run(asking());
  const missing = { ok: false, error: { code: "not-found" } };
  expect(await resend(run.id, 9, null)).toMatchObject(missing);
  ann = await visit(product);
  expect(await resend(run.id, 1, null)).toMatchObject(missing);
  expect(await ann.api.stopCall({ params: at(run.id, 1) })).toMatchObject(missing);
  expect(await ann.api.getCallHar({ params: at(run.id, 1) })).toMatchObject(missing);
  expect(await ann.api.getRunHar({ params: { run: run.id } })).toMatchObject(missing);
});

test("a server that shuts down settles it, and without a key only what the simulator answered goes there again", async () => {
  const { run } = await ann.run(asking());
  ok(await resend(run.id, 1, { ...asked, model: "simulator/stream-stall", stream: true }));
  await product.end("SIGTERM");
  product = await start(["--simulator"]);
  ann = await visit(product, ann);
  const { calls } = ok(await ann.api.listCalls({ params: { run: run.id } }));
  expect(calls.at(-1)).toMatchObject({
    state: "unknown",
    error: { message: "The server shut down before the reply was whole." },
  });
  const seen = await posts();
  expect(await resend(run.id, 1, null)).toMatchObject({ ok: false, error: { code: "needs-key" } });
  const rehearsal = await ann.run(asking());
  expect(ok(await resend(rehearsal.run.id, 1, null))).toMatchObject({ simulated: true, number: 2 });
  expect((await ended(rehearsal.run.id, 2)).call).toMatchObject({ state: "done", simulated: true });
  expect(await posts()).toBe(seen);
});
