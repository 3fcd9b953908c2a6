/** Notes and status are read into one end, whatever a program writes where the notes are expected. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jobEnd } from "./job-end.ts";
import { noNotes, readNotes, type Notes } from "./notes.ts";

const read = (text: string, before: Notes = noNotes): Notes => readNotes(before, Buffer.from(text));
const spawned = { exitCode: 0, signal: null, cpuMs: 1, peakBytes: 2, outOfMemory: false };
const end = (changes: Partial<Parameters<typeof jobEnd>[0]>, notes = noNotes, said = "") =>
  jobEnd({ ...spawned, ...changes }, notes, said, 3);

describe("notes", () => {
  test("say what happens, however they are cut", () => {
    expect(read("R")).toMatchObject({ runs: true, waits: false, end: null });
    expect(read("RW")).toMatchObject({ waits: true });
    expect(read("w", read("RW"))).toMatchObject({ runs: true, waits: false });
    expect(read("RE").end).toBe("exit");
    expect(read("RK").end).toBe("keyboard-interrupt");
  });

  test("of a failure hold its words, up to a bound", () => {
    expect(read("evice", read("FNo space left on d")).failure).toBe("No space left on device");
    expect(read("x".repeat(5000), read("F")).failure).toHaveLength(1000);
  });

  test("forged by a program change nothing but its own", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const notes = readNotes(read("R"), bytes);
        expect(notes.runs).toBe(true);
        expect(notes.failure).toBeNull();
      }),
    );
  });
});

describe("the end", () => {
  test("by a signal is bubblewrap's 128 + n without Python's note of a regular end", () => {
    expect(end({ exitCode: 139 })).toMatchObject({ exitCode: null, signal: "SIGSEGV" });
    expect(end({ exitCode: 134 })).toMatchObject({ exitCode: null, signal: "SIGABRT" });
    expect(end({ exitCode: 159 })).toMatchObject({ exitCode: null, signal: "SIGSYS" });
    expect(end({ exitCode: 139 }, read("RE"))).toMatchObject({ exitCode: 139, signal: null });
    expect(end({ exitCode: 255 })).toMatchObject({ exitCode: 255, signal: null });
  });

  test("by an unhandled KeyboardInterrupt is SIGINT, which Python sends itself", () => {
    expect(end({ exitCode: 130 }, read("RK"))).toMatchObject({ exitCode: null, signal: "SIGINT" });
    expect(end({ exitCode: 130 }, read("RE"))).toMatchObject({ exitCode: 130, signal: null });
  });

  test("of bubblewrap itself, or of the spawner, is a kill", () => {
    expect(end({ exitCode: null, signal: 9 })).toMatchObject({ exitCode: null, signal: "SIGKILL" });
    expect(end({ exitCode: null, signal: null })).toMatchObject({ exitCode: null, signal: "SIGKILL" });
  });

  test("is out of memory by the watcher, or by a MemoryError as the last word of a failed program", () => {
    expect(end({ exitCode: null, signal: 9, outOfMemory: true }).outOfMemory).toBe(true);
    const traceback = "Traceback (most recent call last):\n  File …\n";
    for (const word of [
      "MemoryError",
      "MemoryError: too much",
      "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 8 GiB",
    ]) {
      expect([word, end({ exitCode: 1 }, read("RE"), `${traceback}${word}\n`).outOfMemory]).toEqual([
        word,
        true,
      ]);
    }
    expect(end({ exitCode: 0 }, read("RE"), "MemoryError\n").outOfMemory).toBe(false);
    expect(end({ exitCode: 1 }, read("RE"), "MemoryError\nValueError: x\n").outOfMemory).toBe(false);
    expect(end({ exitCode: 1 }, read("RE"), "no MemoryError here\n").outOfMemory).toBe(false);
  });
});
