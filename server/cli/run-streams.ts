/** Joins a program's three streams to ours: bytes as they come, in order, no faster than they are read. */
import type { Readable, Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { Stream } from "../../contract/events.ts";

export interface Outputs {
  /** Resolves when the reader has taken the bytes; what nobody reads any more is dropped. */
  output(stream: Stream, bytes: Uint8Array): Promise<void>;
}

/** `gone` is called once, when whoever reads our output went away (`| head`). */
export function outputsTo(stdout: Writable, stderr: Writable, gone: () => void): Outputs {
  const targets = { stdout, stderr };
  let isGone = false;
  for (const target of [stdout, stderr]) {
    target.on("error", () => {
      if (isGone) return;
      isGone = true;
      gone();
    });
  }
  return {
    output: (stream, bytes) =>
      new Promise((resolve) => {
        // A failed write is told by the stream's own error event; the program's next bytes need not wait for it.
        if (isGone) resolve();
        else targets[stream].write(bytes, () => resolve());
      }),
  };
}

interface Input {
  write(input: Uint8Array): boolean;
  closeInput(): void;
}

/** The port says "full", not "again": asked this often, a program that reads on hardly waits. */
const retryMs = 10;

/** Passes our standard input on until it or the program ends. */
export async function passInput(from: Readable, to: Input, ended: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  void ended.finally(() => {
    over.abort();
    from.destroy();
  });
  try {
    for await (const chunk of from) {
      while (!over.signal.aborted && !to.write(chunk as Uint8Array)) await pause(retryMs);
    }
  } catch (error) {
    // Destroyed because the program ended; anything else is the input's own fault, and for the program its end.
    if (!over.signal.aborted)
      process.stderr.write(`openrouter-ide: standard input failed: ${String(error)}\n`);
  }
  if (!over.signal.aborted) to.closeInput();
}
