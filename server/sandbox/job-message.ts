/** The message that makes a waiting interpreter the user's program: what runner/site/program.py reads on its job's descriptor. */
import { Buffer } from "node:buffer";
import type { ProgramFacts } from "./program-facts.ts";
import type { Job } from "./sandbox.ts";

/**
 * Four groups of byte strings: arguments, environment (name, value …), files (path, content …), and how its streams are
 * made (columns and rows of its terminal or twice 0, "1" when it may not be buffered, "1" when it draws figures, "1" when it starts processes). Each count and length is 32 bits,
 * little-endian; the end of the message is the end of the pipe.
 */
export function jobMessage(job: Job, facts: Pick<ProgramFacts, "unbuffered" | "draws" | "starts">): Buffer {
  const files = [...job.files].flatMap(([path, content]) => [Buffer.from(path), content]);
  const { unbuffered, draws, starts } = facts;
  const size = job.terminal ?? { columns: 0, rows: 0 };
  return groups([
    texts(job.args),
    texts(Object.entries(job.environment).flat()),
    [...files, Buffer.from(job.fileName), job.source],
    texts([
      String(size.columns),
      String(size.rows),
      ...[unbuffered, draws, starts].map((is) => (is ? "1" : "0")),
    ]),
  ]);
}

/** What makes a job impossible before anything is started, in words; null when it is well-formed. */
export function jobTrouble(job: Job): string | null {
  if (!isPlainName(job.fileName)) return `"${job.fileName}" is not a plain file name`;
  for (const path of job.files.keys()) {
    if (!path.split("/").every(isPlainName)) return `"${path}" is not a relative path`;
  }
  const words = [...job.args, ...Object.entries(job.environment).flat()];
  if (words.some((word) => word.includes("\0"))) return "an argument or variable holds a NUL";
  if (Object.keys(job.environment).some((name) => name === "" || name.includes("="))) {
    return "a variable's name is empty or holds “=”";
  }
  return null;
}

const isPlainName = (name: string): boolean =>
  name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name) && Buffer.byteLength(name) <= 255;

const texts = (words: readonly string[]): Buffer[] => words.map((word) => Buffer.from(word));

function groups(all: readonly (readonly Uint8Array[])[]): Buffer {
  let size = numberBytes;
  for (const group of all) {
    size += numberBytes;
    for (const bytes of group) size += numberBytes + bytes.length;
  }
  const message = Buffer.alloc(size);
  let at = message.writeUInt32LE(all.length);
  for (const group of all) {
    at = message.writeUInt32LE(group.length, at);
    for (const bytes of group) {
      at = message.writeUInt32LE(bytes.length, at);
      message.set(bytes, at);
      at += bytes.length;
    }
  }
  return message;
}

const numberBytes = 4;
