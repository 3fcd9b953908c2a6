/** A run: one execution of one program in one sandbox. */
import * as z from "zod/mini";
import { Instant, RunId, SnippetId, UsdText } from "./ids.ts";
import { limits } from "./limits.ts";

/**
 * `queued → starting → running →` one of the ends. `finished` is exit code 0; `failed` is any other exit code or a
 * signal of the program's own; `refused` never started (no sandbox); `lost` was running when the server went away.
 */
export const RunState = z.enum([
  "queued",
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

const FileName = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(limits.fileNameLength),
    z.regex(/^(?!\.{1,2}$)[^/\\\p{Cc}]+$/u, "must be a plain file name"),
  );

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
  /** True when the simulator answered in place of OpenRouter. */
  simulated: z.boolean(),
});
export type Run = z.infer<typeof Run>;

export const StartRun = z.strictObject({
  code: z.string().check(z.maxLength(limits.codeBytes)),
  fileName: z._default(FileName, "main.py"),
  snippetId: z.optional(z.nullable(SnippetId)),
  /** Milliseconds; bounded by the server's own maximum. */
  timeoutMs: z.optional(z.int().check(z.gte(limits.runTimeoutMinMs))),
  args: z.optional(
    z
      .array(z.string().check(z.maxLength(limits.runArgumentBytes), z.regex(/^[^\0]*$/, "may not hold NUL")))
      .check(z.maxLength(limits.runArguments)),
  ),
  /** Made by the page for each press of Run: the same key again answers with the same run. */
  idempotencyKey: z
    .string()
    .check(z.regex(/^[0-9A-Za-z_-]{8,64}$/, "must be 8 to 64 letters, digits, - or _")),
});
export type StartRun = z.infer<typeof StartRun>;

export const SendInput = z.strictObject({
  /** Text for the program's standard input, as typed (a line ends with "\n"). */
  text: z._default(z.string().check(z.maxLength(limits.inputBytes)), ""),
  /** True closes the program's input (Ctrl+D). */
  end: z._default(z.boolean(), false),
});
export type SendInput = z.infer<typeof SendInput>;
