/** Python environments as a page uses them: a package is missing and gets installed, a header is honoured, a killed server leaves nothing. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Installation } from "../../contract/environments.ts";
import type { RunEvent, SocketMessage } from "../../contract/events.ts";
import { whereKept } from "../../server/environments/where-kept.ts";
import { startTestIndex, type TestIndex } from "../package-index.ts";
import {
  ok,
  outputOf,
  startProduct,
  visit,
  type Product,
  type ProductOptions,
  type Visitor,
} from "../product.ts";

let index: TestIndex;
let data: string;
let product: Product;
let environmentsDirectory: string;

const begin = (more: Partial<ProductOptions> = {}): Promise<Product> =>
  startProduct({
    data,
    args: ["--simulator", "--package-index", index.url],
    env: { NODE_EXTRA_CA_CERTS: join(data, "authority.pem") },
    ...more,
  });

beforeAll(async () => {
  index = await startTestIndex();
  data = mkdtempSync(join(tmpdir(), "orid-environments-"));
  environmentsDirectory = whereKept(data, process.getuid?.() === 0);
  writeFileSync(join(data, "authority.pem"), index.authorityPem);
  product = await begin();
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await index.close();
  rmSync(data, { recursive: true });
  rmSync(environmentsDirectory, { recursive: true, force: true });
});

const states = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === "run" ? [event.run.state] : []));
const notes = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === "note" ? [event.text.trim()] : []));
const header = (...dependencies: string[]): string =>
  `# /// script\n# dependencies = ${JSON.stringify(dependencies)}\n# ///\n`;

/** Installs, and resolves with everything that a socket without a run was told of it. */
function install(visitor: Visitor, requirements: string[]): Promise<readonly Installation[]> {
  return new Promise((resolve, reject) => {
    const told: Installation[] = [];
    const socket = new WebSocket(`${product.origin.replace("http", "ws")}/api/events`, {
      headers: { cookie: visitor.cookie, origin: product.origin },
    });
    socket.on("error", reject);
    socket.on("message", (bytes: Buffer) => {
      const message = JSON.parse(bytes.toString()) as SocketMessage;
      if (message.type === "hello")
        void visitor.api
          .install({ params: { environment: "managed" }, body: { requirements } })
          .then((begun) => (begun.ok ? undefined : reject(new Error(JSON.stringify(begun.error)))));
      if (message.type !== "installation") return;
      told.push(message.installation);
      if (message.installation.state === "running") return;
      socket.close();
      resolve(told);
    });
  });
}

test("a missing import is named, installed while the page is told, and then there", async () => {
  const visitor = await visit(product);
  const code = "import leaning, requests\nprint(leaning.version)";
  expect(ok(await visitor.api.session()).environment.id).toBe("system");
  const prepared = ok(await visitor.api.prepareRun({ body: { code, fileName: "main.py", files: [] } }));
  expect(prepared.missing).toEqual([{ module: "leaning", distribution: "leaning" }]);
  const told = await install(visitor, ["leaning"]);
  expect(told.length).toBeGreaterThan(1);
  expect(told.at(-1)).toMatchObject({ state: "done", says: "Installed leaning 1.0." });
  expect(ok(await visitor.api.session()).environment).toMatchObject({ id: "managed" });
  const { run, events } = await visitor.run("import leaning, plain\nprint(leaning.version, plain.version)");
  expect(run.reason).toBe("finished");
  expect(outputOf(events)).toBe("1.0 1.1\n");
  ok(await visitor.api.chooseEnvironment({ body: { id: "system" } }));
  expect(outputOf((await visitor.run(code)).events)).toContain("No module named 'leaning'");
});

test("a header is honoured: the first run prepares and says so, the next one starts at once", async () => {
  const visitor = await visit(product);
  const code = `${header("starting", "plain==1.0")}import sys, plain\nprint(plain.version, sys.started)`;
  const first = await visitor.run(code);
  expect(states(first.events)).toContain("preparing");
  expect(notes(first.events)[0]).toMatch(
    /^Making an environment for Python 3.* with plain==1\.0, starting\.$/,
  );
  expect(notes(first.events).at(-1)).toMatch(/^The environment is ready/);
  expect(outputOf(first.events)).toBe("1.0 True\n");
  const second = await visitor.run(code);
  expect(states(second.events)).not.toContain("preparing");
  expect(notes(second.events)).toEqual([]);
  expect(outputOf(second.events)).toBe("1.0 True\n");
});

test("a header that can't be honoured refuses the run, in words", async () => {
  const visitor = await visit(product);
  const missing = await visitor.run(`${header("nowhere")}print("ran")`);
  expect(missing.run).toMatchObject({
    state: "refused",
    reason: expect.stringMatching(/^not started: There is no package nowhere on localhost/),
  });
  expect(outputOf(missing.events)).toBe("");
  const broken = await visitor.run("# /// script\n# dependencies = [\n# ///\nprint('ran')");
  expect(broken.run.reason).toMatch(/^not started: The program's header can't be read\. Line \d+: /);
});

test("a run can be stopped while its environment is made", async () => {
  const visitor = await visit(product);
  const started = ok(
    await visitor.api.startRun({
      body: { code: `${header("slow")}print("ran")`, idempotencyKey: crypto.randomUUID() },
    }),
  );
  await visitor.follow(started.id, (event) => event.type === "note" && event.text.includes("Fetching slow"));
  ok(await visitor.api.stopRun({ params: { run: started.id } }));
  const events = await visitor.follow(
    started.id,
    (event) => event.type === "run" && event.run.endedAt !== null,
  );
  expect(events.findLast((event) => event.type === "run")).toMatchObject({
    run: { state: "stopped", reason: "stopped by you before it started" },
  });
});

test("a server that is killed while it installs leaves nothing, and what was there is still used", async () => {
  const visitor = await visit(product);
  await install(visitor, ["leaning"]);
  const before = readdirSync(environmentsDirectory);
  const onItsWay = index.next("/files/slow");
  const begun = await visitor.api.install({
    params: { environment: "managed" },
    body: { requirements: ["slow"] },
  });
  expect(begun.ok).toBe(true);
  await onItsWay;
  expect(readdirSync(environmentsDirectory).length).toBeGreaterThan(before.length);
  await product.end("SIGKILL");
  product = await begin();
  const again = await visit(product, visitor);
  const { events } = await again.run("import leaning\nprint(leaning.version)");
  expect(outputOf(events)).toBe("1.0\n");
  // The next environment that is made sees to it.
  await again.run(`${header("contrary")}import contrary`);
  const now = readdirSync(environmentsDirectory);
  expect(before.filter((name) => !now.includes(name))).toEqual([]);
  expect(now).toHaveLength(before.length + 2);
});
