/** Looks at what an interpreter has installed, in a sandbox: packages may run code of their own when Python starts. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { done, refused, type Result } from "../../contract/failures.ts";
import { closeListener } from "./close-listener.ts";
import {
  ordinaryJob,
  quietSink,
  type PythonPlace,
  type Sandbox,
  type SandboxFailure,
} from "../sandbox/sandbox.ts";

const Described = z.object({
  packages: z.array(z.object({ name: z.string(), version: z.string() })),
  /** Top-level names that can be imported beside the standard library's. */
  modules: z.array(z.string()),
  standard: z.array(z.string()),
});
export type Described = z.infer<typeof Described>;

const script = join(import.meta.dirname, "../../runner/describe.py");
const mostBytes = 4 * 2 ** 20;
const mostMs = 20_000;

export async function describe(
  sandbox: Sandbox,
  python: PythonPlace,
): Promise<Result<Described, SandboxFailure>> {
  let said = "";
  const started = await sandbox.start(
    {
      ...ordinaryJob,
      python,
      fileName: "describe.py",
      source: await readFile(script),
      memoryBytes: 512 * 2 ** 20,
    },
    {
      ...quietSink,
      output(stream, bytes) {
        if (stream === "stdout") said = (said + Buffer.from(bytes).toString("utf8")).slice(0, mostBytes);
      },
      listener: closeListener,
    },
  );
  if (!started.ok) return started;
  const cut = setTimeout(() => started.value.kill(), mostMs);
  const end = await started.value.ended;
  clearTimeout(cut);
  const parsed = end.exitCode === 0 ? Described.safeParse(fromJson(said)) : null;
  return parsed?.success === true
    ? done(parsed.data)
    : refused({
        says: `${python.path} does not work in the sandbox.`,
        hint: "Choose another interpreter, or mend this one.",
      });
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever an interpreter's own start-up code printed in between.
    return null;
  }
}
