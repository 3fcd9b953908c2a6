/** Runs programs bare and in the sandbox, and gives both outcomes in the same form. */
import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { startProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import type { Sandbox } from "../../server/sandbox/sandbox.ts";
import type { Program } from "./programs.ts";

export interface Outcome {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

const memoryBytes = 1024 * 2 ** 20;

/** Bytes as text, one character each, when they are no UTF-8: nothing may be lost in the comparison. */
const shown = (bytes: Buffer): string => {
  const asText = bytes.toString();
  return Buffer.from(asText).equals(bytes) ? asText : bytes.toString("latin1");
};

/** With `merged`, both streams are one pipe and `stderr` is empty. */
export async function runBare(programs: readonly Program[], merged = false): Promise<readonly Outcome[]> {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
  const orders = programs.map((program) => ({
    files: Object.fromEntries(
      [...program.files, ["main.py", program.source] as const].map(([path, bytes]) => [path, base64(bytes)]),
    ),
    args: program.args,
    input: base64(program.input),
    merged,
  }));
  const child = spawn(
    "/usr/bin/python3",
    ["-I", "-c", await readFile(join(import.meta.dirname, "bare.py"), "utf8")],
    {
      cwd: tmpdir(),
      stdio: ["pipe", "pipe", "inherit"],
      // Root may do what no program in the sandbox may.
      ...(process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {}),
    },
  );
  child.stdin.end(JSON.stringify(orders));
  const outcomes = JSON.parse(await text(child.stdout)) as Outcome[];
  return outcomes.map((outcome) => ({
    ...outcome,
    stdout: shown(Buffer.from(outcome.stdout, "base64")),
    stderr: shown(Buffer.from(outcome.stderr, "base64")),
  }));
}

/** The interpreter waits with the program's imports loaded where the sandbox does that. With `merged`, `stdout` is both streams in their order. */
export async function runInSandbox(
  sandbox: Sandbox,
  program: Program,
  owner: string,
  merged = false,
): Promise<Outcome> {
  const chunks: { readonly stream: string; readonly bytes: Uint8Array }[] = [];
  const draft = { owner, python: null, fileName: "main.py", files: [...program.files.keys()] };
  sandbox.prepare({ ...draft, source: Buffer.from(program.source).toString() });
  const watched = await startProgram(
    sandbox,
    "",
    {
      owner,
      source: program.source,
      files: program.files,
      args: program.args,
      input: program.input.length > 0,
      memoryBytes,
    },
    { output: (stream, bytes) => void chunks.push({ stream, bytes: Buffer.from(bytes) }) },
  );
  if (program.input.length > 0) {
    watched.job.write(program.input);
    watched.job.closeInput();
  }
  const { end } = await watched.ran;
  const of = (stream: string): string =>
    shown(
      Buffer.concat(chunks.filter((chunk) => merged || chunk.stream === stream).map(({ bytes }) => bytes)),
    );
  return {
    exitCode: end.exitCode,
    signal: end.signal,
    stdout: of("stdout"),
    stderr: merged ? "" : of("stderr"),
  };
}
