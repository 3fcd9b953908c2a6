/** What a program shows and makes, its terminal and what it uses: through the product, as a page sees it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunEvent } from "../../contract/events.ts";
import type { RunId } from "../../contract/ids.ts";
import { limits } from "../../contract/limits.ts";
import type { RunResult } from "../../contract/results.ts";
import { endedStates } from "../../contract/runs.ts";
import { databases, type TestDatabase } from "../databases.ts";
import { ok, outputOf, startProduct, visit, type Product, type Visitor } from "../product.ts";

const resultsOf = (events: readonly RunEvent[]): readonly RunResult[] =>
  events.flatMap((event) => (event.type === "result" ? [event.result] : []));
const hasEnded = (event: RunEvent): boolean => event.type === "run" && endedStates.has(event.run.state);

describe.each(databases)("on $name", (opened) => {
  let database: TestDatabase;
  let product: Product;
  let ann: Visitor;
  let bea: Visitor;

  beforeAll(async () => {
    database = await opened.open();
    product = await startProduct({ args: ["--simulator"], env: database.env });
    [ann, bea] = await Promise.all([visit(product), visit(product)]);
  });
  afterAll(async () => {
    await product[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const bytesOf = async (run: RunId, number: number): Promise<Buffer> =>
    Buffer.from(ok(await ann.api.getResult({ params: { run, number: String(number) }, query: {} })));

  describe("what a program shows", () => {
    test("is told in its place between what it prints, and its bytes can be fetched", async () => {
      const { run, events } = await ann.run(`
class Picture:
    def _repr_png_(self): return b"\\x89PNG\\r\\n\\x1a\\n"
class Table:
    def _repr_html_(self): return "<b>10</b>"
print("before", flush=True)
display(Picture())
print("between", flush=True)
display(Table(), {"a": 1})
print("after")
`);
      expect(run.state).toBe("finished");
      const order = events.flatMap((event): (string | number)[] =>
        event.type === "output"
          ? event.text.split("\n").filter((line) => line !== "")
          : event.type === "result"
            ? [event.result.number]
            : [],
      );
      expect(order).toEqual(["before", 1, "between", 2, 3, "after"]);
      expect(
        resultsOf(events).map(({ kind, mediaType, display, kept }) => [kind, mediaType, display, kept]),
      ).toEqual([
        ["shown", "image/png", "image", true],
        ["shown", "text/html", "html", true],
        ["shown", "text/plain", "text", true],
      ]);
      expect((await bytesOf(run.id, 1)).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
      expect((await bytesOf(run.id, 2)).toString()).toBe("<b>10</b>");
      expect((await bytesOf(run.id, 3)).toString()).toBe("{'a': 1}");
    });

    test("comes again, in the same order, when the run is opened later", async () => {
      const { run, events } = await ann.run("for i in range(3):\n    print(i, flush=True)\n    display(i)\n");
      const again = await ann.follow(run.id, hasEnded);
      const told = (of: readonly RunEvent[]) =>
        of.filter(({ type }) => type === "output" || type === "result").map(({ n, type }) => [n, type]);
      expect(told(again)).toEqual(told(events));
      const [first] = resultsOf(events);
      const firstAt = events.find((event) => event.type === "result")?.n ?? 0;
      const rest = await ann.follow(run.id, hasEnded, firstAt);
      expect(resultsOf(rest).map(({ number }) => number)).toEqual([2, 3]);
      expect(first?.number).toBe(1);
    });

    test("is not there for anybody else", async () => {
      const { run } = await ann.run("display('of ann')");
      const params = { run: run.id, number: "1" };
      ok(await ann.api.getResult({ params, query: {} }));
      expect(await bea.api.getResult({ params, query: {} })).toMatchObject({ error: { code: "not-found" } });
    });

    test("is never a document of this site, whatever it claims to be", async () => {
      const { run } = await ann.run(`
class Page:
    def _repr_html_(self): return "<script>parent.stolen = 1</script>"
display(Page())
`);
      const reply = await fetch(`${product.origin}/api/runs/${run.id}/results/1`, {
        headers: { cookie: ann.cookie },
      });
      expect(reply.headers.get("content-type")).toBe("application/octet-stream");
      expect(reply.headers.get("content-disposition")).toMatch(/^attachment;/);
      expect(reply.headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
      expect(reply.headers.get("x-content-type-options")).toBe("nosniff");
    });

    test("is bounded: one that is too large is listed with its size, and past their number a note stands once", async () => {
      const { run, events } = await ann.run(`
display("x" * ${limits.resultBytes + 1})
for i in range(${limits.resultsPerRun + 50}): display(i)
print("done")
`);
      expect(run.state).toBe("finished");
      const results = resultsOf(events);
      expect(results).toHaveLength(limits.resultsPerRun);
      expect(results[0]).toMatchObject({ kept: false, sizeBytes: limits.resultBytes + 3 });
      expect(results[0]?.note).not.toBe("");
      expect(results.slice(1).every(({ kept }) => kept)).toBe(true);
      expect(events.filter(({ type }) => type === "note")).toHaveLength(1);
      expect(outputOf(events)).toContain("done\n");
    });
  });

  describe("files", () => {
    test("that it made or changed come after its end, the others do not", async () => {
      const { run, events } = await ann.run(
        `
import os
os.makedirs("out/deep")
open("out/deep/new.csv", "w").write("a,b\\n1,2\\n")
open("given.txt", "a").write(" and more")
open("untouched.txt").read()
os.symlink("/etc/passwd", "link")
`,
        {
          files: [
            { path: "given.txt", content: "given", encoding: "utf8" },
            { path: "untouched.txt", content: "same", encoding: "utf8" },
          ],
        },
      );
      const results = resultsOf(events);
      expect(new Set(results.map(({ kind, name, mediaType }) => `${kind} ${name} ${mediaType}`))).toEqual(
        new Set(["file given.txt text/plain", "file out/deep/new.csv text/csv"]),
      );
      const csv = results.find(({ name }) => name === "out/deep/new.csv");
      expect((await bytesOf(run.id, csv?.number ?? 0)).toString()).toBe("a,b\n1,2\n");
      const given = results.find(({ name }) => name === "given.txt");
      expect((await bytesOf(run.id, given?.number ?? 0)).toString()).toBe("given and more");
    });

    test("that it made are there when it fails or is stopped, too", async () => {
      const { run, events } = await ann.run('open("log.txt", "w").write("so far")\nraise SystemExit(3)\n');
      expect(run).toMatchObject({ state: "failed", exitCode: 3 });
      expect(resultsOf(events)).toMatchObject([{ kind: "file", name: "log.txt", kept: true }]);
    });

    test("a full /project is named as the reason", async () => {
      const { run } = await ann.run(
        'with open("big", "wb") as f:\n    while True: f.write(bytes(2 ** 20))\n',
      );
      expect(run.state).toBe("failed");
      expect(run.reason).toContain("/project was full");
    });
  });

  describe("a terminal", () => {
    const start = async (code: string) =>
      ok(
        await ann.api.startRun({
          body: { code, terminal: { columns: 100, rows: 40 }, idempotencyKey: crypto.randomUUID() },
        }),
      );
    const printed = (text: string) => {
      let so = "";
      return (event: RunEvent): boolean => {
        if (event.type === "output") so += event.text;
        return so.includes(text) || hasEnded(event);
      };
    };

    test("is one, of the size that was asked for, and takes a new size", async () => {
      const run = await start(`
import os, signal, sys
print(sys.stdin.isatty(), sys.stdout.isatty(), os.get_terminal_size(), flush=True)
signal.signal(signal.SIGWINCH, lambda *_: (print(os.get_terminal_size(), flush=True), sys.exit(0)))
while True: signal.pause()
`);
      expect(run.terminal).toBe(true);
      const params = { run: run.id };
      expect(outputOf(await ann.follow(run.id, printed(")")))).toContain(
        "True True os.terminal_size(columns=100, lines=40)",
      );
      ok(await ann.api.resizeTerminal({ params, body: { columns: 60, rows: 20 } }));
      const events = await ann.follow(run.id, hasEnded);
      expect(outputOf(events)).toContain("os.terminal_size(columns=60, lines=20)");
      // A window may be pulled just when its run ends.
      ok(await ann.api.resizeTerminal({ params, body: { columns: 60, rows: 20 } }));
    });

    test("echoes what is typed, and Ctrl+C is an interrupt of the program", async () => {
      const run = await start(`
name = input("Name? ")
import time
try:
    print("Hello", name, flush=True)
    time.sleep(600)
except KeyboardInterrupt:
    print("interrupted")
`);
      const params = { run: run.id };
      await ann.follow(run.id, printed("Name? "));
      ok(await ann.api.sendInput({ params, body: { text: "Ada\r" } }));
      const greeted = await ann.follow(run.id, printed("Hello Ada"));
      expect(outputOf(greeted)).toContain("Name? Ada");
      ok(await ann.api.sendInput({ params, body: { text: "\x03" } }));
      const events = await ann.follow(run.id, hasEnded);
      expect(outputOf(events)).toContain("interrupted");
      expect(events.findLast((event) => event.type === "run")?.run).toMatchObject({ state: "finished" });
    });

    test("is stopped like any other run", async () => {
      const run = await start("print('on', flush=True)\nimport time\ntime.sleep(600)\n");
      await ann.follow(run.id, printed("on"));
      ok(await ann.api.stopRun({ params: { run: run.id } }));
      const events = await ann.follow(run.id, hasEnded);
      expect(events.findLast((event) => event.type === "run")?.run.state).toBe("stopped");
    });

    test("is refused a size when there is none", async () => {
      const run = ok(
        await ann.api.startRun({ body: { code: "input()", idempotencyKey: crypto.randomUUID() } }),
      );
      expect(run.terminal).toBe(false);
      const params = { run: run.id };
      expect(await ann.api.resizeTerminal({ params, body: { columns: 80, rows: 24 } })).toMatchObject({
        error: { code: "bad-request", says: "This run has no terminal." },
      });
      ok(await ann.api.stopRun({ params }));
    });
  });

  test("what a run uses is told beside what it may, while it runs", async () => {
    const run = ok(
      await ann.api.startRun({
        body: { code: "x = bytearray(64 * 2 ** 20)\ninput()\n", idempotencyKey: crypto.randomUUID() },
      }),
    );
    const events = await ann.follow(
      run.id,
      (event) => (event.type === "use" && event.use.memoryBytes > 64 * 2 ** 20) || hasEnded(event),
    );
    const use = events.findLast((event) => event.type === "use")?.use;
    expect(use?.memoryBytes).toBeGreaterThan(64 * 2 ** 20);
    expect(use?.memoryLimitBytes).toBeGreaterThan(use?.memoryBytes ?? 0);
    expect(use?.processes).toBeGreaterThan(0);
    expect(use?.processLimit).toBeGreaterThan(use?.processes ?? 0);
    expect(use?.diskLimitBytes).toBeGreaterThan(0);
    ok(await ann.api.stopRun({ params: { run: run.id } }));
  });
});
