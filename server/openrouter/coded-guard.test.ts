/** Compressed replies pass byte for byte, unless they hold the key: then no chunk that completes it gets through. */
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decoderFor } from "../content-coding.ts";
import { createCodedGuard } from "./coded-guard.ts";

const key = `sk-or-v1-${"ab".repeat(32)}`;
const compressors = { gzip: gzipSync, br: brotliCompressSync, zstd: zstdCompressSync } as const;

/** All bytes that got through, and whether the guard broke the reply off. */
async function pass(
  encoding: string,
  pieces: readonly Uint8Array[],
): Promise<{ bytes: Buffer; broke: boolean }> {
  const guard = createCodedGuard(key, decoderFor(encoding)!);
  const passed: Buffer[] = [];
  let broke = false;
  const closed = new Promise<void>((resolve) => guard.on("close", resolve));
  guard.on("data", (bytes: Buffer) => passed.push(bytes));
  guard.on("error", () => (broke = true));
  for (const piece of pieces) guard.write(piece);
  guard.end();
  await closed;
  return { bytes: Buffer.concat(passed), broke };
}

function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].toSorted(
    (a, b) => a - b,
  );
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

test.each(Object.entries(compressors))(
  "%s in any split: kept whole without the key, broken off with it",
  async (encoding, compress) => {
    await fc.assert(
      fc.asyncProperty(
        fc.string(),
        fc.boolean(),
        fc.array(fc.nat(200), { maxLength: 8 }),
        async (text, holds, cuts) => {
          const bytes = compress(`${text}${holds ? key : key.slice(0, 40)}${text}`);
          const { bytes: passed, broke } = await pass(encoding, split(bytes, cuts));
          expect(broke).toBe(holds);
          expect(passed.equals(bytes)).toBe(!holds);
        },
      ),
      { numRuns: 40 },
    );
  },
);

test("bytes under a wrong label, and bytes after the compressed end, pass", async () => {
  const plain = Buffer.from("data: 1\n\n".repeat(10));
  expect(await pass("gzip", split(plain, [20, 40]))).toEqual({ bytes: plain, broke: false });
  const followed = [gzipSync("a"), Buffer.from("trailing"), Buffer.from("more")];
  expect(await pass("gzip", followed)).toEqual({ bytes: Buffer.concat(followed), broke: false });
});
