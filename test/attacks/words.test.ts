/** Attack programs as a person runs them: contained, the reason said in words, and the server answers all the while (A71-A74, A78). */
import { afterAll, beforeAll, expect, test } from "vitest";
import { limits } from "../../contract/limits.ts";
import { outputOf, startProduct, visit, type Product, type Visitor } from "../product.ts";

const attacks: readonly {
  readonly does: string;
  readonly code: string;
  readonly state: string;
  readonly reason: RegExp;
  readonly timeoutMs?: number;
}[] = [
  {
    does: "takes memory without end in two processes, and catches every error",
    code: "import os\nos.fork()\nx = []\nwhile True:\n    try: x.append(bytearray(1 << 24))\n    except MemoryError: pass",
    state: "out-of-memory",
    reason: /^out of memory: it may use \d+ MiB/,
  },
  {
    does: "asks for more memory at once than it may have",
    code: "print('asks')\nx = bytearray(1 << 40)",
    state: "out-of-memory",
    reason: /^out of memory: it may use \d+ MiB, at line 2/,
  },
  {
    does: "forks till it may no more",
    code: "import os, time\nwhile True:\n    if os.fork() == 0: time.sleep(1000)",
    state: "failed",
    reason: /^failed at line 3: BlockingIOError: \[Errno 11\]/,
  },
  {
    does: "fills its directory",
    code: "f = open('full', 'wb')\nwhile True:\n    f.write(bytes(1 << 20))",
    state: "failed",
    reason: /^failed at line 3: OSError: \[Errno 2[78]\]/,
  },
  {
    does: "opens files without end",
    code: "import os\nkept = []\nwhile True: kept.append(open(os.devnull))",
    state: "failed",
    reason: /^failed at line 3: OSError: \[Errno 24\]/,
  },
  {
    does: "calls what is not allowed in another machine's way",
    code: "import ctypes, mmap\nm = mmap.mmap(-1, 4096, prot=7)\nm.write(bytes.fromhex('b814000000cd80c3'))\nctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))()",
    state: "failed",
    reason: /^ended by SIG(SYS|SEGV|ILL)/,
  },
  {
    does: "runs for ever and is deaf to every signal",
    code: "import signal\nfor n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n    except OSError: pass\nwhile True: pass",
    state: "timed-out",
    reason: /^timed out after 1 s/,
    timeoutMs: 1000,
  },
  {
    does: "stops itself",
    code: "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    state: "timed-out",
    reason: /^timed out after 1 s/,
    timeoutMs: 1000,
  },
];

let product: Product;
let ann: Visitor;
/** All of them at once: the one must not hold up the other. */
let ends: ReadonlyMap<string, ReturnType<Visitor["run"]>>;
beforeAll(async () => {
  product = await startProduct({ args: ["--simulator"] });
  ann = await visit(product);
  ends = new Map(attacks.map(({ does, code, timeoutMs = 60_000 }) => [does, ann.run(code, { timeoutMs })]));
});
afterAll(() => product[Symbol.asyncDispose]());

test.each(attacks)("a program that $does ends, and why is said", async ({ does, state, reason }) => {
  const ended = await ends.get(does);
  expect({ state: ended?.run.state, reason: ended?.run.reason }).toEqual({
    state,
    reason: expect.stringMatching(reason),
  });
});

test("F39 a flood of output is kept up to its limit with a word about the gap, and others' output is whole meanwhile", async () => {
  const bob = await visit(product);
  const flood = ann.run("for _ in range(1000): print('x' * 100_000)");
  for (let round = 0; round < 5; round += 1) {
    const { events } = await bob.run(`print('whole ${round}')`);
    expect(outputOf(events, "stdout")).toBe(`whole ${round}\n`);
  }
  const { run } = await flood;
  expect(run).toMatchObject({ state: "finished", outputBytes: 100_001_000 });
  const kept = await ann.follow(run.id, (event) => event.type === "run" && event.run.state === "finished");
  expect(kept.filter(({ type }) => type === "gap")).toHaveLength(1);
  expect(outputOf(kept).length).toBeLessThanOrEqual(limits.outputHeadBytes + limits.outputTailBytes);
});

test("F40 ten thousand events of one run come merged, in their order and complete", async () => {
  const { run, events } = await ann.run(
    "import sys\nfor n in range(5000):\n    print(n)\n    print(n, file=sys.stderr)",
  );
  expect(run.state).toBe("finished");
  const wanted = Array.from({ length: 5000 }, (_, n) => `${n}\n${n}\n`).join("");
  expect(outputOf(events)).toBe(wanted);
});

test("A73 the server answers while programs burn every core, and they can be stopped", async () => {
  const burning = await Promise.all(
    [0, 1]
      .map(() =>
        ann.run("import os\nfor _ in range(20):\n    if os.fork() == 0: break\nwhile True: pass", {
          timeoutMs: 3_000,
        }),
      )
      .concat(
        [0, 1, 2, 3, 4].map(async () => {
          const answer = await fetch(`${product.origin}/api/health`);
          expect(await answer.json()).toMatchObject({ ok: true });
          return ann.run("print('also')");
        }),
      ),
  );
  expect(burning.slice(0, 2).map(({ run }) => run.state)).toEqual(["timed-out", "timed-out"]);
  expect(burning.slice(2).map(({ run }) => run.state)).toEqual(Array(5).fill("finished"));
});
