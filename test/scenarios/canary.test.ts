/** A canary set as the real key is found nowhere: sandbox, page, log, database, report, error. Threat A82. */
import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readHar } from "../har-12.ts";
import { ok, outputOf, startProduct, visit, type Product, type Visitor } from "../product.ts";
import { startUpstream, type TestUpstream } from "../upstream.ts";

const canary = `sk-or-v1-${"c0ffee".repeat(10)}beef`;
const second = `sk-or-v1-${"facade".repeat(10)}1234`;
const root = new URL("../../", import.meta.url).pathname;

/** Looks for the canary in everything that a program can reach, and makes calls that succeed and that fail. */
const hunter = `
import glob, os, json, sys, urllib.request, urllib.error
seen = [json.dumps(dict(os.environ)), " ".join(sys.argv)]
for path in glob.glob("/proc/*/environ") + glob.glob("/proc/*/cmdline") + glob.glob("/project/**", recursive=True) + glob.glob("/run/**", recursive=True) + glob.glob("/etc/**", recursive=True):
    try:
        seen.append(open(path, "rb").read(1_000_000).decode("latin1"))
    except OSError as error:
        seen.append(str(error))
for path, body in (("/api/v1/key", None), ("/api/v1/chat/completions", b'{"model":"no/such","messages":[]}'), ("/api/v1/chat/completions", b"{broken")):
    headers = {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"}
    try:
        reply = urllib.request.urlopen(urllib.request.Request("https://openrouter.ai" + path, data=body, headers=headers))
        seen.append(str(reply.headers) + reply.read().decode())
    except urllib.error.HTTPError as error:
        seen.append(str(error.headers) + error.read().decode())
whole = "\\n".join(seen)
print("looked at", len(whole) > 1000, "characters; found:", "c0ffee" * 2 in whole)
raise SystemExit(json.dumps(seen)[-2000:])
`;

let folder: string;
let fake: TestUpstream;
let product: Product;
let ann: Visitor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "orid-canary-"));
  fake = await startUpstream({ key: canary, log: join(folder, "requests.log") });
  product = await startProduct({
    data: join(folder, "data"),
    env: { OPENROUTER_API_KEY: canary, OPENROUTER_BASE_URL: `${fake.url}/api/v1`, LOG_LEVEL: "trace" },
  });
  ann = await visit(product);
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await fake[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function everyFileBelow(directory: string): Promise<Buffer[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name))),
  );
}

test("the program finds no key, although its calls are paid with it", async () => {
  const { run, events } = await ann.run(hunter);
  expect(run.callCount).toBe(3);
  expect(run.simulated).toBe(false);
  expect(outputOf(events)).toContain("found: False");
  expect(JSON.stringify(events)).not.toContain(canary);
  const { calls } = ok(await ann.api.listCalls({ params: { run: run.id } }));
  expect(calls[0]?.status).toBe(200);
  for (const call of calls) {
    const record = ok(await ann.api.getCall({ params: { run: run.id, number: String(call.number) } }));
    expect(JSON.stringify(record)).not.toContain(canary);
  }
  const har = Buffer.from(ok(await ann.api.getRunHar({ params: { run: run.id } }))).toString();
  expect(readHar(har).log.entries).toHaveLength(3);
  expect(har).not.toContain(canary);
});

test("the upstream did get the key, and nothing of the placeholder", async () => {
  const requests = await readFile(join(folder, "requests.log"), "utf8");
  expect(requests).toContain(canary);
});

test("the session tells where the key comes from, not what it is; a pasted one neither", async () => {
  expect(JSON.stringify(ok(await ann.api.session()))).not.toContain(canary);
  const answer = JSON.stringify(await ann.api.setKey({ body: { key: second } }));
  expect(answer).toContain("key-rejected");
  expect(answer).not.toContain(second);
  expect(JSON.stringify(ok(await ann.api.session()))).toContain('"source":"server"');
});

test("no file of the data directory and no line of the log holds a key", async () => {
  for (const bytes of await everyFileBelow(join(folder, "data"))) {
    expect(bytes.includes(canary)).toBe(false);
    expect(bytes.includes(second)).toBe(false);
  }
  expect(product.written()).not.toContain(canary);
  expect(product.written()).not.toContain(second);
});

test("the key does not stand in the arguments or environment of any process but the server itself", () => {
  const others = execFileSync(
    "sh",
    [
      "-c",
      'for p in /proc/[0-9]*; do cat $p/environ 2>/dev/null | tr "\\0" "\\n" | sed "s|^|${p#/proc/} |"; done; true',
    ],
    { encoding: "utf8", maxBuffer: 2 ** 26 },
  )
    .split("\n")
    .filter((line) => line.includes(canary))
    .map((line) => Number(line.split(" ")[0]));
  expect(others.filter((pid) => pid !== product.process.pid)).toEqual([]);
});

test("a report of the command line holds no key", async () => {
  const program = join(folder, "hunter.py");
  const report = join(folder, "report.json");
  await writeFile(program, hunter);
  const child = spawn(join(root, "bin/openrouter-ide"), ["run", program, "--report", report], {
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      OPENROUTER_API_KEY: canary,
      OPENROUTER_BASE_URL: `${fake.url}/api/v1`,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let written = "";
  child.stdout.on("data", (bytes: Buffer) => (written += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (written += bytes.toString()));
  await new Promise((resolve) => child.on("close", resolve));
  expect(written).toContain("found: False");
  expect(written).not.toContain(canary);
  const text = await readFile(report, "utf8");
  expect(text).not.toContain(canary);
  expect((JSON.parse(text) as { calls: unknown[] }).calls).toHaveLength(3);
});
