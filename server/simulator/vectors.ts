/** Texts as unit vectors: words that two texts share bring them closer, and equal texts get equal vectors. */
import { createHash } from "node:crypto";

/** Different words of a text that count; the rest changes nothing. */
const countedWords = 256;

/** A vector of length 1 with `dimensions` numbers, each a float32. */
export function vectorFor(text: string, dimensions: number): Float32Array {
  const sum = new Float64Array(dimensions);
  for (const [word, times] of wordCounts(text)) addWord(sum, word, times);
  if (sum.every((value) => value === 0)) sum[0] = 1;
  const length = Math.hypot(...chunkedNorms(sum));
  return Float32Array.from(sum, (value) => value / length);
}

export function wordCounts(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [found] of text.slice(0, 40_000).matchAll(/[\p{L}\p{N}]+/gu)) {
    const word = found.toLowerCase().slice(0, 60);
    if (counts.has(word) || counts.size < countedWords) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** Adds the word's own direction, drawn from its hash by a small generator (xorshift32). */
function addWord(sum: Float64Array, word: string, times: number): void {
  let state = createHash("sha256").update(word).digest().readUInt32LE(0) || 1;
  for (let index = 0; index < sum.length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    sum[index] = (sum[index] ?? 0) + ((state >>> 0) / 0x80000000 - 1) * times;
  }
}

/** Norms of slices, so that no call takes thousands of arguments. */
function chunkedNorms(values: Float64Array): number[] {
  const norms: number[] = [];
  for (let at = 0; at < values.length; at += 256) norms.push(Math.hypot(...values.subarray(at, at + 256)));
  return norms;
}
