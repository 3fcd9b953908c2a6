/** Targets that are a command per run, spawned by the harness itself: bare python3, bubblewrap, sandbox-runtime. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programs, type Program } from "../runs/programs.ts";
import { check, nothingBefore, type Target, type Timing } from "./target.ts";

/** The interpreter that the product uses on Debian; a version manager's may come first on PATH. */
export const python = "/usr/bin/python3";

export const plainEnvironment = { PATH: "/usr/bin:/bin", LANG: "C.UTF-8", HOME: tmpdir() } as const;

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** A folder of its own for each program, removed at the end. */
interface Folders extends AsyncDisposable {
  of(program: Program): string;
}

async function programFolders(): Promise<Folders> {
  const root = await mkdtemp(join(tmpdir(), "orid-bench-"));
  for (const { name, source } of Object.values(programs)) {
    await mkdir(join(root, name));
    await writeFile(join(root, name, "main.py"), source);
  }
  return {
    of: ({ name }) => join(root, name),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** A target whose run is one command, with the program as `main.py` in its folder. */
export async function spawningTarget(
  name: string,
  commandIn: (folder: string) => Command | Promise<Command>,
): Promise<Target> {
  const places = await programFolders();
  return {
    ...nothingBefore,
    async run(program) {
      const folder = places.of(program);
      const begun = performance.now();
      const command = await commandIn(folder);
      const { timing, text } = await timeCommand(command, folder, begun);
      check(name, program, text);
      return timing;
    },
    uses: { kind: "commands" },
    mostLanes: 16,
    [Symbol.asyncDispose]: () => places[Symbol.asyncDispose](),
  };
}

async function timeCommand(
  command: Command,
  folder: string,
  begun: number,
): Promise<{ readonly timing: Timing; readonly text: string }> {
  let firstByteMs = NaN;
  let text = "";
  await runCommand(command, folder, (part) => {
    if (text === "") firstByteMs = performance.now() - begun;
    text += part;
  });
  return { timing: { firstByteMs, exitMs: performance.now() - begun }, text };
}

/** Resolves when it has ended and all of its standard output has been handed over; killed after 30 s. */
export function runCommand(
  { file, args }: Command,
  folder: string,
  output: (text: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: folder,
      env: plainEnvironment,
      stdio: ["ignore", "pipe", "inherit"],
      timeout: 30_000,
      killSignal: "SIGKILL",
    });
    child.stdout.setEncoding("utf8").on("data", output);
    child.on("error", reject);
    child.on("close", () => resolve());
  });
}
