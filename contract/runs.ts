/** A run: one execution of one program in one sandbox. */
import * as z from "zod/mini";
import { FileName, FilePath, ProgramFiles, sharesPath } from "./files.ts";
import { IdempotencyKey, Instant, RunId, SnippetId, SocketId, UsdText } from "./ids.ts";
import { limits } from "./limits.ts";

/**
 * `queued → (preparing →) starting → running →` one of the ends; `preparing` is while its Python environment is made. `finished` is exit code 0; `failed` is any other exit code or a
 * signal of the program's own; `refused` never started (no sandbox); `lost` was running when the server went away.
 */
export const RunState = z.enum([
  "queued",
  "preparing",
  "starting",
  "running",
  "finished",
  "failed",
  "timed-out",
  "out-of-memory",
  "stopped",
  "refused",
  "lost",
]);
export type RunState = z.infer<typeof RunState>;

export const endedStates: ReadonlySet<RunState> = new Set<RunState>([
  "finished",
  "failed",
  "timed-out",
  "out-of-memory",
  "stopped",
  "refused",
  "lost",
]);

/** A terminal's window, in characters. */
export const TerminalSize = z.strictObject({
  columns: z.int().check(z.gte(20), z.lte(500)),
  rows: z.int().check(z.gte(2), z.lte(300)),
});
export type TerminalSize = z.infer<typeof TerminalSize>;

export const Run = z.object({
  id: RunId,
  snippetId: z.nullable(SnippetId),
  fileName: FileName,
  /** What OPENROUTER_MODEL was, null when none was chosen. */
  model: z.nullable(z.string()),
  state: RunState,
  /** In words, once ended: "finished", "failed at line 3: ValueError: no", "timed out after 30 s". */
  reason: z.nullable(z.string()),
  exitCode: z.nullable(z.int()),
  /** "SIGKILL" and the like when a signal ended the program. */
  signal: z.nullable(z.string()),
  timeoutMs: z.int(),
  createdAt: Instant,
  startedAt: z.nullable(Instant),
  endedAt: z.nullable(Instant),
  wallMs: z.nullable(z.number()),
  cpuMs: z.nullable(z.number()),
  peakBytes: z.nullable(z.number()),
  outputBytes: z.number(),
  /** Bytes left out of the log because it was full. */
  droppedBytes: z.number(),
  callCount: z.int(),
  /** Sum of the known prices; `unknownCostCalls` says for how many it is not known. */
  costUsd: UsdText,
  unknownCostCalls: z.int(),
  /** The most that its calls may cost together, as it was when the run began; null: no ceiling of its own. */
  ceilingUsd: z.nullable(UsdText),
  /** The number of the first call that a ceiling (the run's, the session's or the day's) refused or cut off. */
  overBudgetAt: z.nullable(z.int()),
  /** True when its standard streams are one terminal; false: pipes. */
  terminal: z.boolean(),
  /** True when the simulator answered in place of OpenRouter. */
  simulated: z.boolean(),
});
export type Run = z.infer<typeof Run>;

const Code = z.string().check(z.maxLength(limits.codeBytes));

const StartRunFields = z.strictObject({
  code: Code,
  fileName: z._default(FileName, "main.py"),
  /** Beside the program, in /project; it may change them there. */
  files: z.optional(ProgramFiles),
  /** Null or absent: standard streams are pipes. */
  terminal: z.optional(z.nullable(TerminalSize)),
  snippetId: z.optional(z.nullable(SnippetId)),
  /** Milliseconds; bounded by the server's own maximum. */
  timeoutMs: z.optional(z.int().check(z.gte(limits.runTimeoutMinMs))),
  /** An open event socket of this session that is to follow the run from its first event on. */
  socket: z.optional(SocketId),
  args: z.optional(
    z
      .array(z.string().check(z.maxLength(limits.runArgumentBytes), z.regex(/^[^\0]*$/, "may not hold NUL")))
      .check(z.maxLength(limits.runArguments)),
  ),
  idempotencyKey: IdempotencyKey,
});
export const StartRun = StartRunFields.check(
  z.refine(({ fileName, files = [] }) => !files.some(({ path }) => sharesPath(path, fileName)), {
    error: "may not stand where the program's own file stands",
    path: ["files"],
  }),
);
export type StartRun = z.infer<typeof StartRun>;

export const StartedRun = z.extend(Run, {
  /** The named event socket tells of it already; false: none was named, or it is gone, so ask for the run on another. */
  followed: z.boolean(),
});
export type StartedRun = z.infer<typeof StartedRun>;

/** A program as it is being edited: an interpreter is made ready for it, nothing is run. */
export const PrepareRun = z.strictObject({
  code: Code,
  fileName: z._default(FileName, "main.py"),
  /** Paths of the files beside it. */
  files: z._default(z.array(FilePath).check(z.maxLength(limits.filesPerProgram)), []),
});
export type PrepareRun = z.infer<typeof PrepareRun>;

export const SendInput = z.strictObject({
  /** Text for the program's standard input (a line ends with "\n"), or keystrokes for its terminal ("\r", "\x03"). */
  text: z._default(z.string().check(z.maxLength(limits.inputBytes)), ""),
  /** True closes the program's input (Ctrl+D). */
  end: z._default(z.boolean(), false),
});
export type SendInput = z.infer<typeof SendInput>;
