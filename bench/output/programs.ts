/** The programs whose output is followed to the client. */

export interface Printing {
  readonly name: string;
  readonly source: string;
  /** Bytes, all ASCII. */
  readonly sends: number;
}

const counted = 1_000_000;

/** 6.9 MB in the smallest lines. */
export const lines: Printing = {
  name: "lines",
  source: `for i in range(${counted}):\n    print(i)\n`,
  sends: 6_888_890,
};

/** 10⁸ bytes in lines of a usual length. */
export const bulk: Printing = {
  name: "bulk",
  source: `line = "x" * 99\nfor _ in range(${counted}):\n    print(line)\n`,
  sends: 100 * counted,
};

/** What is sent by `lines`, to the letter. */
export const expectedLines = (): string => {
  const all = Array.from({ length: counted }, (_, at) => `${at}\n`);
  return all.join("");
};

const prints = 100;
const everyMs = 8;

/** Each line is the time of its print, ns of CLOCK_MONOTONIC, which `process.hrtime` of Node reads too. */
const timed = (name: string, how: string): Printing => ({
  name,
  source: [
    "import time",
    `for _ in range(${prints}):`,
    `    print(time.monotonic_ns()${how})`,
    `    time.sleep(${everyMs / 1000})`,
    "",
  ].join("\n"),
  sends: NaN,
});

export const flushed = timed("flushed", ", flush=True");
export const unflushed = timed("unflushed", "");
