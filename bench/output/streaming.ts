/** What a way from a program's print to a client looks like to the harness. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kind } from "../targets/kind.ts";
import { bulk, flushed, lines, unflushed, type Printing } from "./programs.ts";

export interface Streaming extends AsyncDisposable {
  /** Resolves when the client knows that the program has ended and has all that will come. */
  stream(program: Printing, output: (text: string) => void): Promise<void>;
  /** Whose memory counts; null where nothing lies between program and client. */
  readonly serverPid: number | null;
}

export type StreamingKind = Kind<Streaming>;

export interface Folders extends AsyncDisposable {
  of(program: Printing): string;
}

/** Each program as `main.py` in a folder of its own, removed at the end. */
export async function printingFolders(): Promise<Folders> {
  const root = await mkdtemp(join(tmpdir(), "orid-bench-"));
  for (const { name, source } of [lines, bulk, flushed, unflushed]) {
    await mkdir(join(root, name));
    await writeFile(join(root, name, "main.py"), source);
  }
  return {
    of: ({ name }) => join(root, name),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}
