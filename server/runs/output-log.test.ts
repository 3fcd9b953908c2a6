import fc from "fast-check";
import { expect, test } from "vitest";
import type { OutputChunk } from "../store/run-store.ts";
import { isGap, OutputLog, type OutputLimits, type OutputShelf } from "./output-log.ts";
import { incompleteTail } from "./utf8-boundary.ts";
import { anyText } from "../../test/any-text.ts";

const roomy: OutputLimits = {
  headBytes: 1e6,
  tailBytes: 1e6,
  waitingBytes: 1e6,
  memoryBytes: 1e6,
  groupBytes: 1e6,
  groupMs: 1,
};

/** A shelf in memory that keeps what it is told, in order of number. */
function shelf(): OutputShelf & { rows: OutputChunk[] } {
  const it = {
    rows: [] as OutputChunk[],
    append: async (chunks: readonly OutputChunk[]) => {
      it.rows = [...it.rows, ...chunks].sort((a, b) => a.n - b.n);
    },
    read: async (after: number, maxBytes: number) => {
      let size = 0;
      return it.rows.filter((row) => row.n > after && (size === 0 || (size += row.bytes.length) < maxBytes));
    },
    drop: async (from: number, to: number) => {
      it.rows = it.rows.filter((row) => row.n < from || row.n > to);
    },
  };
  return it;
}

function logOver(limits: Partial<OutputLimits> = {}, kept = shelf()) {
  let number = 0;
  const errors: unknown[] = [];
  const log = new OutputLog({
    limits: { ...roomy, ...limits },
    shelf: kept,
    now: () => 0,
    nextNumber: () => ++number,
    grew: () => undefined,
    failed: (error) => errors.push(error),
  });
  return { log, kept, errors };
}

/** One turn of the event loop: what is written in it becomes one chunk. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function readAll(log: OutputLog, after = 0): Promise<OutputChunk[]> {
  const all: OutputChunk[] = [];
  for (;;) {
    const chunks = await log.read(all.at(-1)?.n ?? after, 100);
    if (chunks.length === 0) return all;
    all.push(...chunks);
  }
}
const text = (chunks: readonly OutputChunk[]): string =>
  Buffer.concat(chunks.map((chunk) => chunk.bytes)).toString("utf8");

test("what was written is read back whole and in order, from memory and from the store", async () => {
  const { log } = logOver({ memoryBytes: 10, groupBytes: 8 });
  for (let i = 0; i < 200; i++) {
    const wait = log.append(i % 3 === 0 ? "stderr" : "stdout", Buffer.from(`line ${i}\n`));
    if (wait !== undefined) await wait;
  }
  await log.end();
  expect(text(await readAll(log))).toBe(Array.from({ length: 200 }, (_, i) => `line ${i}\n`).join(""));
});

test("the store is asked only for what memory has let go", async () => {
  let asked = 0;
  const kept = shelf();
  const counting: OutputShelf & { rows: OutputChunk[] } = {
    ...kept,
    get rows() {
      return kept.rows;
    },
    read: (after, maxBytes) => {
      asked += 1;
      return kept.read(after, maxBytes);
    },
  };
  const { log } = logOver({ memoryBytes: 10 }, counting);
  void log.append("stdout", Buffer.from("first"));
  await turn();
  log.store();
  await expect.poll(() => kept.rows.length).toBe(1);
  expect(text(await log.read(0, 100))).toBe("first");
  expect(asked).toBe(0);
  void log.append("stdout", Buffer.from("second, which leaves no room"));
  await log.end();
  void log.append("stdout", Buffer.from("third"));
  await log.end();
  expect(text(await readAll(log))).toBe("firstsecond, which leaves no roomthird");
  expect(asked).toBeGreaterThan(0);
});

test("what waits for company is stored when none comes any more", async () => {
  const { log, kept } = logOver({ groupMs: 1e9 });
  void log.append("stdout", Buffer.from("all there is"));
  log.store();
  await expect.poll(() => text(kept.rows)).toBe("all there is");
  await log.end();
  expect(text(kept.rows)).toBe("all there is");
});

test("both streams stay told apart and in the order in which they came", async () => {
  const { log } = logOver();
  void log.append("stdout", Buffer.from("a"));
  void log.append("stdout", Buffer.from("b"));
  void log.append("stderr", Buffer.from("c"));
  void log.append("stdout", Buffer.from("d"));
  await log.end();
  expect((await readAll(log)).map((chunk) => [chunk.stream, text([chunk])])).toEqual([
    ["stdout", "ab"],
    ["stderr", "c"],
    ["stdout", "d"],
  ]);
});

test("when the log is full, the beginning and the end are kept and the gap is stated once", async () => {
  const { log, kept } = logOver({
    headBytes: 30,
    tailBytes: 30,
    memoryBytes: 10,
    groupBytes: 10,
    waitingBytes: 10,
  });
  for (let i = 0; i < 100; i++) {
    const wait = log.append("stdout", Buffer.from(`${String(i).padStart(9)}\n`));
    if (wait !== undefined) await wait;
    await turn();
  }
  await log.end();
  const chunks = await readAll(log);
  expect(chunks.filter(isGap)).toHaveLength(1);
  expect(text(chunks).startsWith("        0\n        1\n")).toBe(true);
  expect(text(chunks).endsWith("       98\n       99\n")).toBe(true);
  expect(log.outputBytes).toBe(1000);
  expect(log.droppedBytes + kept.rows.reduce((sum, row) => sum + row.bytes.length, 0)).toBe(1000);
});

test("a reader that stood where output was dropped is told of the gap", async () => {
  const { log } = logOver({
    headBytes: 10,
    tailBytes: 20,
    memoryBytes: 10,
    groupBytes: 10,
    waitingBytes: 10,
  });
  for (let i = 0; i < 50; i++) {
    const wait = log.append("stdout", Buffer.from(`${String(i).padStart(9)}\n`));
    if (wait !== undefined) await wait;
    await turn();
  }
  await log.end();
  const late = await readAll(log, 20);
  expect(isGap(late[0] as OutputChunk)).toBe(true);
  expect(text(late).endsWith("       49\n")).toBe(true);
});

test("a program that is faster than the store is held back, and let on again", async () => {
  let let_: () => void = () => undefined;
  const slow = shelf();
  const append = slow.append.bind(slow);
  slow.append = async (chunks) => {
    await new Promise<void>((resolve) => (let_ = resolve));
    await append(chunks);
  };
  const { log } = logOver({ groupBytes: 4, waitingBytes: 4 }, slow);
  void log.append("stdout", Buffer.alloc(70_000, "x"));
  const wait = log.append("stdout", Buffer.alloc(10, "y"));
  expect(wait).toBeInstanceOf(Promise);
  let_();
  await wait;
});

test("a store that fails is told once; those who watch still see what comes", async () => {
  const broken = shelf();
  broken.append = () => Promise.reject(new Error("disk full"));
  const { log, errors } = logOver({ groupBytes: 1 }, broken);
  void log.append("stdout", Buffer.from("one\n"));
  await log.end();
  void log.append("stdout", Buffer.from("two\n"));
  await log.end();
  expect(errors).toHaveLength(1);
  expect(text(await readAll(log))).toBe("one\ntwo\n");
});

test("no chunk ends inside a character, however the bytes were split", async () => {
  await fc.assert(
    fc.asyncProperty(anyText(40), fc.array(fc.nat(200), { maxLength: 10 }), async (said, cuts) => {
      const bytes = Buffer.from(said.toWellFormed(), "utf8");
      const { log } = logOver();
      const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
        (a, b) => a - b,
      );
      for (const [i, from] of places.entries()) {
        void log.append("stdout", bytes.subarray(from, places[i + 1] ?? bytes.length));
        await turn();
      }
      await log.end();
      const chunks = await readAll(log);
      expect(
        chunks.map((chunk) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(chunk.bytes)).join(""),
      ).toBe(said.toWellFormed());
    }),
    { numRuns: 50 },
  );
});

test("bytes that can't become a character are not held back", () => {
  expect(incompleteTail(Buffer.from([0x61, 0xff]))).toBe(0);
  expect(incompleteTail(Buffer.from([0xc0]))).toBe(0);
  expect(incompleteTail(Buffer.from([0x80, 0x80, 0x80]))).toBe(0);
  expect(incompleteTail(Buffer.from([0x61, 0xe2, 0x82]))).toBe(2);
  expect(incompleteTail(Buffer.from([0xf0, 0x9f, 0x98]))).toBe(3);
});
