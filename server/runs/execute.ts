/** Runs one program to its end: sandbox and gateway joined, with a time limit and a stop. Page and command line both use this. */
import { limits } from "../../contract/limits.ts";
import type { Result } from "../../contract/failures.ts";
import type { RunState } from "../../contract/runs.ts";
import type { Endpoint, Gateway, GatewayRun } from "../gateway/gateway.ts";
import type {
  Job,
  JobEnd,
  JobSink,
  RunningJob,
  Sandbox,
  SandboxFailure,
  TerminalSize,
} from "../sandbox/sandbox.ts";
import { explainEnd, type Ending } from "./reason.ts";

export interface Execution {
  /** False: the program has not read its earlier input. */
  write(input: Uint8Array): boolean;
  closeInput(): void;
  resize(size: TerminalSize): void;
  /** SIGINT now, SIGKILL after `limits.stopGraceMs`; a second call kills at once. */
  stop(why: "stopped" | "shutting-down" | "repeating"): void;
  readonly ended: Promise<ExecutionEnd>;
}

export interface ExecutionEnd extends JobEnd {
  readonly state: RunState;
  readonly reason: string;
}

export type ExecutionSink = Omit<JobSink, "listener" | "source">;

const stderrTailBytes = 8 * 1024;

/**
 * The value is running; `ended` resolves when output, calls and files are all settled. `timeoutMs` counts from the
 * program's start. An error means that nothing was run.
 */
export async function execute(
  parts: { readonly sandbox: Sandbox; readonly gateway: Gateway },
  job: Job,
  gatewayRun: GatewayRun,
  timeoutMs: number,
  sink: ExecutionSink,
): Promise<Result<Execution, SandboxFailure>> {
  let endpoint: Endpoint | null = null;
  let stderrTail = Buffer.alloc(0);
  const started = await parts.sandbox.start(job, {
    ...sink,
    output(stream, bytes) {
      if (stream === "stderr") stderrTail = Buffer.concat([stderrTail, bytes]).subarray(-stderrTailBytes);
      return sink.output(stream, bytes);
    },
    source: (report) => endpoint?.told(report),
    async listener(handle, ownerOf) {
      endpoint = await parts.gateway.attach(handle, { ...gatewayRun, ownerOf });
    },
  });
  if (!started.ok) {
    await closeEndpoint(endpoint);
    return started;
  }
  const running = started.value;
  const cutter = cutAfter(running, timeoutMs);
  const ended = running.ended.then(async (end): Promise<ExecutionEnd> => {
    cutter.dispose();
    await closeEndpoint(endpoint);
    const ending: Ending = {
      end,
      cut: cutter.cut(),
      timeoutMs,
      memoryBytes: job.memoryBytes,
      processLimit: parts.sandbox.limits.processes,
      diskBytes: parts.sandbox.limits.diskBytes,
      fileName: job.fileName,
      stderrTail: stderrTail.toString("utf8"),
    };
    return { ...end, ...explainEnd(ending) };
  });
  return {
    ok: true,
    value: {
      write: (input) => running.write(input),
      closeInput: () => running.closeInput(),
      resize: (size) => running.resize(size),
      stop: cutter.stop,
      ended,
    },
  };
}

async function closeEndpoint(endpoint: Endpoint | null): Promise<void> {
  if (endpoint !== null) await endpoint.close();
}

/** The one place that ends a running program: by time, by the user, by the server's own end. The first reason stands. */
function cutAfter(running: RunningJob, timeoutMs: number) {
  let cut: Ending["cut"] = null;
  let grace: NodeJS.Timeout | undefined;
  const begin = (why: NonNullable<Ending["cut"]>): void => {
    if (cut !== null) {
      running.kill();
      return;
    }
    cut = why;
    running.interrupt();
    grace = setTimeout(() => running.kill(), limits.stopGraceMs);
  };
  const timer = setTimeout(() => {
    if (cut === null) begin("timed-out");
  }, timeoutMs);
  return {
    cut: () => cut,
    stop: (why: "stopped" | "shutting-down" | "repeating"): void => {
      if (why !== "repeating" || cut === null) begin(why);
    },
    dispose: (): void => {
      clearTimeout(timer);
      clearTimeout(grace);
    },
  };
}
