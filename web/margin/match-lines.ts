/** Which lines of one text are which lines of another: equal ones in order, then those that are much alike. Pure. */

/** Each is compared with each up to this many pairs; larger parts are divided first, at lines that occur once. */
const mostPairs = 250_000;

/** For each line of `old` the index of its line in `next`, or null. Indices only grow. */
export function matchLines(old: readonly string[], next: readonly string[]): readonly (number | null)[] {
  const found: (number | null)[] = old.map(() => null);
  matchEqual(old, next, { from: 0, end: old.length, nextFrom: 0, nextEnd: next.length }, found);
  matchAlike(old, next, found);
  return found;
}

interface Part {
  readonly from: number;
  readonly end: number;
  readonly nextFrom: number;
  readonly nextEnd: number;
}

function matchEqual(old: readonly string[], next: readonly string[], part: Part, found: (number | null)[]) {
  let { from, end, nextFrom, nextEnd } = part;
  while (from < end && nextFrom < nextEnd && old[from] === next[nextFrom]) found[from++] = nextFrom++;
  while (from < end && nextFrom < nextEnd && old[end - 1] === next[nextEnd - 1]) found[--end] = --nextEnd;
  if (from === end || nextFrom === nextEnd) return;
  const rest = { from, end, nextFrom, nextEnd };
  if ((end - from) * (nextEnd - nextFrom) <= mostPairs) return longestCommon(old, next, rest, found);
  const anchors = commonOnce(old, next, rest);
  if (anchors.length === 0) return;
  let [at, nextAt] = [from, nextFrom];
  for (const [index, nextIndex] of anchors) {
    matchEqual(old, next, { from: at, end: index, nextFrom: nextAt, nextEnd: nextIndex }, found);
    found[index] = nextIndex;
    [at, nextAt] = [index + 1, nextIndex + 1];
  }
  matchEqual(old, next, { from: at, end, nextFrom: nextAt, nextEnd }, found);
}

/** Lines that occur once in both, as many of them as are in the same order (a patience diff's anchors). */
function commonOnce(
  old: readonly string[],
  next: readonly string[],
  { from, end, nextFrom, nextEnd }: Part,
): readonly (readonly [number, number])[] {
  const inNext = once(next, nextFrom, nextEnd);
  const pairs: [number, number][] = [];
  for (const [text, index] of once(old, from, end)) {
    const nextIndex = inNext.get(text);
    if (nextIndex !== undefined) pairs.push([index, nextIndex]);
  }
  pairs.sort(([one], [other]) => one - other);
  return increasing(pairs);
}

function once(lines: readonly string[], from: number, end: number): Map<string, number> {
  const found = new Map<string, number>();
  const several = new Set<string>();
  for (let index = from; index < end; index++) {
    const text = lines[index] ?? "";
    if (found.has(text)) several.add(text);
    else found.set(text, index);
  }
  for (const text of several) found.delete(text);
  return found;
}

/** The longest part of the pairs whose second numbers grow. */
function increasing(pairs: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  for (const [index, [, value]] of pairs.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[ends[middle] ?? 0]?.[1] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[index] = ends[low - 1];
    ends[low] = index;
  }
  const chain: (readonly [number, number])[] = [];
  for (let at = ends.at(-1); at !== undefined; at = before[at]) {
    const pair = pairs[at];
    if (pair !== undefined) chain.push(pair);
  }
  return chain.reverse();
}

function longestCommon(
  old: readonly string[],
  next: readonly string[],
  { from, end, nextFrom, nextEnd }: Part,
  found: (number | null)[],
): void {
  const rows = end - from;
  const columns = nextEnd - nextFrom;
  const width = columns + 1;
  const lengths = new Uint32Array((rows + 1) * width);
  const lengthAt = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      lengths[row * width + column] =
        old[from + row] === next[nextFrom + column]
          ? lengthAt(row + 1, column + 1) + 1
          : Math.max(lengthAt(row + 1, column), lengthAt(row, column + 1));
    }
  }
  for (let row = 0, column = 0; row < rows && column < columns;) {
    if (old[from + row] === next[nextFrom + column]) found[from + row++] = nextFrom + column++;
    else if (lengthAt(row + 1, column) >= lengthAt(row, column + 1)) row++;
    else column++;
  }
}

/** What stands between the same neighbours and is much alike is the same line, changed. */
function matchAlike(old: readonly string[], next: readonly string[], found: (number | null)[]): void {
  let nextFrom = 0;
  for (let from = 0; from < old.length; from++) {
    const known = found[from];
    if (known !== null && known !== undefined) {
      nextFrom = known + 1;
      continue;
    }
    let end = from;
    while (end < old.length && found[end] === null) end++;
    const nextEnd = found[end] ?? next.length;
    for (let index = from; index < end && nextFrom < nextEnd; index++) {
      for (let candidate = nextFrom; candidate < nextEnd; candidate++) {
        if (!isAlike(old[index] ?? "", next[candidate] ?? "")) continue;
        found[index] = candidate;
        nextFrom = candidate + 1;
        break;
      }
    }
    from = end - 1;
  }
}

/** More than half of the longer one stands at the start and the end of both. */
function isAlike(one: string, other: string): boolean {
  const [a, b] = [one.trim(), other.trim()];
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start++;
  let end = 0;
  while (end < most - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return (start + end) * 2 > Math.max(a.length, b.length);
}
