/** The message that makes a waiting interpreter the user's program: what runner/site/sitecustomize.py reads on descriptor 3. */
import { Buffer } from "node:buffer";
import type { Job } from "./sandbox.ts";

const MiB = 2 ** 20;

/**
 * Five groups of byte strings: [mark], arguments, environment (name, value …), files (path, content …), limits (name,
 * value …). Each count and length is 32 bits, little-endian; the end of the message is the end of the pipe.
 */
export function jobMessage(job: Job, mark: Uint8Array): Buffer {
  const files = [...job.files].flatMap(([path, content]) => [Buffer.from(path), content]);
  return groups([
    [mark],
    job.args.map((argument) => Buffer.from(argument)),
    pairs(Object.entries(job.environment)),
    [...files, Buffer.from(job.fileName), job.source],
    pairs(Object.entries(resourceLimits(job)).map(([name, value]) => [name, String(value)])),
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

/**
 * rlimits by the names of Python's `resource`; soft and hard alike. DATA gives the private memory of one process a plain
 * MemoryError; AS leaves room for what is only reserved (thread stacks, mapped files); all processes together are watched
 * from outside.
 */
function resourceLimits({ memoryBytes, writableDirectory }: Job): Record<string, number> {
  return {
    AS: memoryBytes + 4096 * MiB,
    DATA: memoryBytes,
    NPROC: 128,
    // Outside memory one file may be larger: there are packages of which one is.
    FSIZE: (writableDirectory === null ? 256 : 2047) * MiB,
    NOFILE: 1024,
    SIGPENDING: 1024,
    CORE: 0,
    MEMLOCK: 0,
    MSGQUEUE: 0,
  };
}

const isPlainName = (name: string): boolean =>
  name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name) && Buffer.byteLength(name) <= 255;

const pairs = (entries: readonly (readonly [string, string])[]): Buffer[] =>
  entries.flat().map((text) => Buffer.from(text));

function groups(all: readonly (readonly Uint8Array[])[]): Buffer {
  const parts: Uint8Array[] = [number(all.length)];
  for (const group of all) {
    parts.push(number(group.length));
    for (const bytes of group) parts.push(number(bytes.length), bytes);
  }
  return Buffer.concat(parts);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
