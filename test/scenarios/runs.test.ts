/** The main trip over HTTP: what a run does, and how each kind of end reads. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endedStates } from "../../contract/runs.ts";
import { databases, type TestDatabase } from "../databases.ts";
import { ok, outputOf, startProduct, visit, type Product, type Visitor } from "../product.ts";

describe.each(databases)("on $name", (opened) => {
  let database: TestDatabase;
  let product: Product;
  let ann: Visitor;

  beforeAll(async () => {
    database = await opened.open();
    product = await startProduct({ args: ["--simulator"], env: database.env });
    ann = await visit(product);
  });
  afterAll(async () => {
    await product[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const chat = `
import json, os, urllib.request
body = {"model": os.environ["OPENROUTER_MODEL"], "stream": STREAM, "messages": [{"role": "user", "content": "Say hello"}]}
request = urllib.request.Request(
    "https://openrouter.ai/api/v1/chat/completions",
    data=json.dumps(body).encode(),
    headers={"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"},
)
with urllib.request.urlopen(request) as reply:
    for line in reply:
        print(line.decode(), end="")
`;

  describe("a run", () => {
    test("prints on both streams, in the order in which it was written", async () => {
      const { run, events } = await ann.run(
        "import sys\nfor i in range(200):\n    print(i)\n    print(-i, file=sys.stderr)\n",
      );
      expect(run).toMatchObject({ state: "finished", reason: "finished", exitCode: 0, signal: null });
      expect(outputOf(events)).toBe(
        Array.from({ length: 200 }, (_, i) => `${i}\n${i === 0 ? 0 : -i}\n`).join(""),
      );
      expect(outputOf(events, "stderr").startsWith("0\n-1\n")).toBe(true);
      expect(run.wallMs).toBeGreaterThan(0);
      expect(run.cpuMs).toBeGreaterThan(0);
      expect(run.peakBytes).toBeGreaterThan(2 ** 20);
    });

    test("shows invalid UTF-8 as replacement, keeps ANSI, and survives NUL bytes", async () => {
      const { events } = await ann.run(
        'import os\nos.write(1, b"a\\x00b\\xff\\x1b[31mred\\x1b[0m \\xe2\\x82\\xac\\n")\n',
      );
      expect(outputOf(events)).toBe("a\0b\ufffd\u001b[31mred\u001b[0m €\n");
    });

    test("that fails is told with its line", async () => {
      const { run } = await ann.run('print("so far")\n\nraise ValueError("no")\n');
      expect(run).toMatchObject({ state: "failed", reason: "failed at line 3: ValueError: no", exitCode: 1 });
    });

    test("that takes too long is ended and says where it was", async () => {
      const { run } = await ann.run("import time\ntime.sleep(600)\n", { timeoutMs: 1_000 });
      expect(run).toMatchObject({ state: "timed-out", reason: "timed out after 1 s, at line 2" });
    });

    test("that ignores the interrupt is killed", async () => {
      const started = ok(
        await ann.api.startRun({
          body: {
            code: "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('deaf', flush=True)\nwhile True: pass\n",
            idempotencyKey: crypto.randomUUID(),
          },
        }),
      );
      await ann.follow(started.id, (event) => event.type === "output");
      ok(await ann.api.stopRun({ params: { run: started.id } }));
      const events = await ann.follow(
        started.id,
        (event) => event.type === "run" && endedStates.has(event.run.state),
      );
      expect(events.findLast((event) => event.type === "run")?.run).toMatchObject({
        state: "stopped",
        reason: "stopped by you",
        signal: "SIGKILL",
      });
    });

    test("waits for input, says so, and goes on with what is typed", async () => {
      const started = ok(
        await ann.api.startRun({
          body: {
            code: 'name = input("Name? ")\nprint("Hello", name)\n',
            idempotencyKey: crypto.randomUUID(),
          },
        }),
      );
      const asked = await ann.follow(started.id, (event) => event.type === "waiting" && event.waiting);
      expect(outputOf(asked)).toBe("Name? ");
      ok(await ann.api.sendInput({ params: { run: started.id }, body: { text: "Ada\n" } }));
      const events = await ann.follow(
        started.id,
        (event) => event.type === "run" && endedStates.has(event.run.state),
      );
      expect(outputOf(events)).toBe("Name? Hello Ada\n");
      expect(
        await ann.api.sendInput({ params: { run: started.id }, body: { text: "late\n" } }),
      ).toMatchObject({
        error: { code: "run-ended" },
      });
    });

    test("started twice with the same idempotency key is one run", async () => {
      const body = { code: "print(1)", idempotencyKey: crypto.randomUUID() };
      const [first, second] = await Promise.all([ann.api.startRun({ body }), ann.api.startRun({ body })]);
      expect(ok(first).id).toBe(ok(second).id);
    });

    test("can be read again from the first byte after it ended", async () => {
      const { run, events } = await ann.run("for i in range(5000): print('line', i)\n");
      const again = await ann.follow(run.id, (event) => event.type === "run");
      expect(outputOf(again)).toBe(outputOf(events));
      const code = ok(await ann.api.getRun({ params: { run: run.id } })).code;
      expect(code).toBe("for i in range(5000): print('line', i)\n");
    });
  });

  describe("a call", () => {
    test("plain: the program gets the reply, the run shows what it cost", async () => {
      const { run, events } = await ann.run(chat.replace("STREAM", "False"));
      expect(run).toMatchObject({ state: "finished", callCount: 1, simulated: true, unknownCostCalls: 0 });
      const reply = JSON.parse(outputOf(events, "stdout")) as { id: string; usage: { cost: number } };
      const { calls } = ok(await ann.api.listCalls({ params: { run: run.id } }));
      expect(calls[0]).toMatchObject({
        state: "done",
        status: 200,
        stream: false,
        path: "/api/v1/chat/completions",
        generationId: reply.id,
      });
      expect(Number(calls[0]?.costUsd)).toBe(reply.usage.cost);
      expect(Number(run.costUsd)).toBe(reply.usage.cost);
    });

    test("streamed: it is live while it runs, and its events are kept with their times", async () => {
      const { run, events } = await ann.run(chat.replace("STREAM", "True"));
      const states = events.flatMap((event) => (event.type === "call" ? [event.call.state] : []));
      expect(states.at(-1)).toBe("done");
      expect(outputOf(events)).toContain("data: [DONE]");
      const record = ok(await ann.api.getCall({ params: { run: run.id, number: "1" } }));
      expect(record.call.ttftMs).toBeGreaterThan(0);
      expect(record.events.filter((event) => event.kind === "data").length).toBeGreaterThan(2);
      expect(record.answer).not.toBe("");
      expect(JSON.stringify(record).toLowerCase()).not.toContain("bearer");
    });

    test("cut off by the program's end is not called free", async () => {
      const { run } = await ann.run(
        chat
          .replace("STREAM", "True")
          .replace("Say hello", "Count from 1 to 300")
          .replace(
            "    for line in reply:\n",
            "    for line in reply:\n        if line.startswith(b'data'): raise SystemExit\n",
          ),
      );
      const { calls } = ok(await ann.api.listCalls({ params: { run: run.id } }));
      expect(calls[0]).toMatchObject({ state: "unknown", costUsd: null });
      expect(ok(await ann.api.getRun({ params: { run: run.id } })).run.unknownCostCalls).toBe(1);
    });
  });
});
