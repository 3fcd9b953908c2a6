/** What a person lets programs reach holds for theirs at once, for nobody else's, and nothing is opened by itself. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { noReach } from "../../contract/session.ts";
import { ok, outputOf, startProduct, visit, type Product, type Visitor } from "../product.ts";

let product: Product;
let ann: Visitor;
beforeAll(async () => {
  product = await startProduct({ args: ["--simulator"] });
  ann = await visit(product);
});
afterAll(() => product[Symbol.asyncDispose]());

const managing = `
import json, os, urllib.request
def ask(method, path, body=None):
    headers = {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"}
    request = urllib.request.Request("https://openrouter.ai/api/v1/" + path, body and json.dumps(body).encode(), headers, method=method)
    try: return json.load(urllib.request.urlopen(request))
    except urllib.error.HTTPError as error: return json.load(error)
`;

test("the account is out of reach until its owner allows it, also for a run that is under way", async () => {
  const program = `${managing}
print(ask("GET", "keys")["error"]["message"])
input()
print(ask("GET", "keys")["error"]["message"])`;
  const started = ok(
    await ann.api.startRun({ body: { code: program, idempotencyKey: crypto.randomUUID() } }),
  );
  await ann.follow(started.id, (event) => event.type === "output" && event.text.includes("account"));
  ok(await ann.api.setReach({ body: { ...noReach, accountPaths: true } }));
  ok(await ann.api.sendInput({ params: { run: started.id }, body: { text: "\n", end: false } }));
  const events = await ann.follow(
    started.id,
    (event) => event.type === "run" && event.run.state === "finished",
  );
  expect(outputOf(events, "stdout").split("\n").slice(0, 2)).toEqual([
    "/api/v1/keys manages the OpenRouter account, which programs here may not do. You can allow it under “What programs may reach” in this IDE's menu.",
    // OpenRouter's own word: its key is an ordinary one.
    "Only management keys can perform this operation",
  ]);
});

test("what one person allows, another's programs don't get", async () => {
  ok(await ann.api.setReach({ body: { hosts: ["api.example.com"], accountPaths: true } }));
  const ben = await visit(product);
  expect(ok(await ben.api.session()).reach).toEqual(noReach);
  const { events } = await ben.run(`${managing}
print(ask("DELETE", "keys/abc")["error"]["code"], "manages" in ask("DELETE", "keys/abc")["error"]["message"])
print(open("/etc/hosts").read().count("example"))`);
  expect(outputOf(events)).toBe("403 True\n0\n");
});

test("A82 a new key reaches the program that asked for it, and is masked in what is kept", async () => {
  ok(await ann.api.setReach({ body: { ...noReach, accountPaths: true } }));
  const { run, events } = await ann.run(`${managing}
code = ask("POST", "auth/keys/code", {"callback_url": "https://example.com/"})["data"]["id"]
print(ask("POST", "auth/keys", {"code": code})["key"])`);
  const key = outputOf(events).trim();
  expect(key).toMatch(/^sk-or-v1-[0-9a-f]{64}$/);
  const record = ok(await ann.api.getCall({ params: { run: run.id, number: "2" } }));
  expect(record.response.text).toContain(`sk-or-v1-${"*".repeat(64)}`);
  expect(JSON.stringify(record)).not.toContain(key);
});

test("an opened host is known from the next run on, in a fresh interpreter and in a waiting one; what is no host is refused", async () => {
  ok(await ann.api.setReach({ body: { ...noReach, hosts: ["b.example.com", "a.example.com"] } }));
  const program = `import socket\nprint(socket.gethostbyname("a.example.com"), socket.gethostbyname("b.example.com"))`;
  for (let n = 0; n < 2; n++) {
    const { events } = await ann.run(program);
    expect(outputOf(events)).toBe("127.1.0.1 127.1.0.2\n");
  }
  ok(await ann.api.setReach({ body: noReach }));
  const { events } = await ann.run(program);
  expect(outputOf(events)).toContain("a.example.com can't be reached from here");
  for (const host of ["127.0.0.1", "localhost", "openrouter.ai", "a.example.com:443", "*.example.com"])
    expect(await ann.api.setReach({ body: { ...noReach, hosts: [host] } })).toMatchObject({
      ok: false,
      error: { code: "bad-request", fields: [{ field: expect.stringContaining("hosts") as string }] },
    });
});

test("a host that can't be reached from the server is told beside the output", async () => {
  ok(await ann.api.setReach({ body: { ...noReach, hosts: ["nowhere.invalid"] } }));
  const { run, events } = await ann.run(
    `import urllib.request\nurllib.request.urlopen("https://nowhere.invalid/")`,
  );
  expect(run.state).toBe("failed");
  expect(events.flatMap((event) => (event.type === "note" ? [event.text] : []))).toEqual([
    "nowhere.invalid can't be found: this server is offline, or there is no such host.",
  ]);
});
