/** Notes and status are read into one end, whatever a program writes where the notes are expected. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jobEnd } from "./job-end.ts";
import { noNotes, readNotes, type Notes } from "./notes.ts";

const read = (text: string, before: Notes = noNotes): Notes => readNotes(before, Buffer.from(text));
const spawned = {
  exitCode: 0,
  signal: null,
  endedAtNs: "5000000",
  cpuMs: 1,
  peakBytes: 2,
  outOfMemory: false,
  outOfProcesses: false,
  fullDisk: null,
};
const end = (changes: Partial<Parameters<typeof jobEnd>[0]>, said = "") =>
  jobEnd({ ...spawned, ...changes }, said, 2_000_000n, 9_000_000n);

describe("notes", () => {
  test("say what happens, however they are cut", () => {
    expect(read("R12;")).toMatchObject({ beganNs: 12n, waits: false });
    expect(read("2;W", read("R1"))).toMatchObject({ beganNs: 12n, waits: true });
    expect(read("w", read("R12;W"))).toMatchObject({ beganNs: 12n, waits: false });
  });

  test("of a failure hold its words, up to a bound", () => {
    expect(read("evice", read("FNo space left on d")).failure).toBe("No space left on device");
    expect(read("x".repeat(5000), read("F")).failure).toHaveLength(1000);
  });

  test("forged by a program change nothing but its own", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const notes = readNotes(read("R7;"), bytes);
        expect(notes.beganNs).toBe(7n);
        expect(notes.failure).toBeNull();
      }),
    );
  });
});

describe("the end", () => {
  test("is the program's own, by exit or by signal", () => {
    expect(end({ exitCode: 139 })).toMatchObject({ exitCode: 139, signal: null });
    expect(end({ exitCode: null, signal: 11 })).toMatchObject({ exitCode: null, signal: "SIGSEGV" });
    expect(end({ exitCode: null, signal: 2 })).toMatchObject({ signal: "SIGINT" });
  });

  test("of a run that was killed, or whose spawner was lost, is a kill", () => {
    expect(end({ exitCode: null, signal: null })).toMatchObject({ exitCode: null, signal: "SIGKILL" });
  });

  test("tells the time from the program's first line to its end, or to when that was heard of", () => {
    expect(end({}).wallMs).toBe(3);
    expect(end({ endedAtNs: null, exitCode: null }).wallMs).toBe(7);
  });

  test("is out of memory by the watcher, or by a MemoryError as the last word of a failed program", () => {
    expect(end({ exitCode: null, signal: 9, outOfMemory: true }).outOfMemory).toBe(true);
    const traceback = "Traceback (most recent call last):\n  File …\n";
    for (const word of [
      "MemoryError",
      "MemoryError: too much",
      "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 8 GiB",
    ]) {
      expect([word, end({ exitCode: 1 }, `${traceback}${word}\n`).outOfMemory]).toEqual([word, true]);
    }
    expect(end({ exitCode: 0 }, "MemoryError\n").outOfMemory).toBe(false);
    expect(end({ exitCode: 1 }, "MemoryError\nValueError: x\n").outOfMemory).toBe(false);
    expect(end({ exitCode: 1 }, "no MemoryError here\n").outOfMemory).toBe(false);
  });
});
