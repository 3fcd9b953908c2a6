/** A real sandbox for tests, and one call that runs a program in it and tells everything that came out. */
import { Buffer } from "node:buffer";
import { Writable } from "node:stream";
import type { Stream } from "../../contract/events.ts";
import { limits } from "../../contract/limits.ts";
import { createLog } from "../log.ts";
import { createBwrapSandbox } from "./bwrap-sandbox.ts";
import { ordinaryJob, quietSink } from "./sandbox.ts";
import type { Job, JobEnd, JobResult, JobSink, JobUse, Nesting, RunningJob, Sandbox } from "./sandbox.ts";
import { closeHandle } from "./spawner.ts";

/** An authority without a key: enough for a trust store. Its hash is openssl's. */
export const testAuthority = {
  hash: "ecb84d2f",
  pem: `-----BEGIN CERTIFICATE-----
MIIB4DCCAYegAwIBAgIUN3+GH0573ggig7DyibO7orB+Jh0wCgYIKoZIzj0EAwIw
RTEXMBUGA1UECgwOb3BlbnJvdXRlci1pZGUxKjAoBgNVBAMMIW9wZW5yb3V0ZXIt
aWRlICBTYW5kYm94IEF1dGhvcml0eTAgFw0yNjExMjQwOTA5NDBaGA8yMTI2MTAz
MTA5MDk0MFowRTEXMBUGA1UECgwOb3BlbnJvdXRlci1pZGUxKjAoBgNVBAMMIW9w
ZW5yb3V0ZXItaWRlICBTYW5kYm94IEF1dGhvcml0eTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABA8Yn60ZRZZZvRUE8kpcTyi+fuQSRO1alX2V3I2BvUCF4cTsGE0L
NUtq7PqWgTgUTtYAGqYFgovbX+kbSIQRbsSjUzBRMB0GA1UdDgQWBBT33XabCbCL
PmhT+Eb7EfgWKnI5rTAfBgNVHSMEGDAWgBT33XabCbCLPmhT+Eb7EfgWKnI5rTAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIALdwYWiXnsmg9cjsWF7
RJxKjhkT3B63PVD57d4e+segAiB5NfASP+OBHs3JS5Gna0GzFfUlzpxazjuFMLr+
UJ32rw==
-----END CERTIFICATE-----
`,
};

export const makeTestSandbox = (
  options: {
    python?: string;
    log?: Writable;
    logLevel?: string;
    spares?: number;
    idleMs?: number;
    way?: Nesting["way"] | "auto" | undefined;
  } = {},
): Promise<Sandbox> =>
  createBwrapSandbox({
    authorityPem: testAuthority.pem,
    python: options.python ?? null,
    log: createLog(options.logLevel ?? "warn", options.log ?? process.stderr),
    way: options.way ?? testWay(),
    warm:
      options.spares === undefined && options.idleMs === undefined
        ? null
        : {
            spares: options.spares ?? 2,
            most: 64,
            residentBytes: 4 * 2 ** 30,
            idleMs: options.idleMs ?? limits.interpreterIdleMs,
          },
  });

/** As the product's setting says it, so that any test can be run in one way. */
export function testWay(): Nesting["way"] | "auto" {
  const set = process.env["OPENROUTER_IDE_SANDBOX"];
  return set === "nested" || set === "single-use" ? set : "auto";
}

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams as they came, neighbours of one stream joined. */
  readonly order: readonly { readonly stream: Stream; readonly text: string }[];
  readonly waits: readonly boolean[];
  readonly results: readonly JobResult[];
  readonly uses: readonly JobUse[];
  readonly end: JobEnd;
}

export interface Watched {
  readonly job: RunningJob;
  /** Resolves when stdout holds the text. */
  saw(text: string): Promise<void>;
  waited(): Promise<void>;
  readonly ran: Promise<Ran>;
}

const defaults: Job = {
  ...ordinaryJob,
  fileName: "main.py",
  source: Buffer.alloc(0),
  memoryBytes: 512 * 2 ** 20,
};

/** Starts a program; fails the test when it can't be started. */
export async function startProgram(
  sandbox: Sandbox,
  source: string,
  changes: Partial<Job> = {},
  sink: Partial<JobSink> = {},
): Promise<Watched> {
  const chunks: { stream: Stream; bytes: Uint8Array }[] = [];
  const waits: boolean[] = [];
  const results: JobResult[] = [];
  const uses: JobUse[] = [];
  const wishes: { met: () => boolean; tell: () => void }[] = [];
  const look = (): void => {
    for (const wish of wishes) if (wish.met()) wish.tell();
  };
  const wish = (met: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      wishes.push({ met, tell: resolve });
      look();
    });
  const text = (stream: Stream): string =>
    Buffer.concat(chunks.filter((chunk) => chunk.stream === stream).map((chunk) => chunk.bytes)).toString();
  const started = await sandbox.start(
    { ...defaults, source: Buffer.from(source), ...changes },
    {
      ...quietSink,
      result(result) {
        results.push(result);
        return sink.result?.(result);
      },
      use: (use) => void uses.push(use),
      output(stream, bytes) {
        chunks.push({ stream, bytes });
        if (wishes.length > 0) look();
        return sink.output?.(stream, bytes);
      },
      waiting(waiting) {
        waits.push(waiting);
        look();
      },
      source: (report) => sink.source?.(report),
      listener: sink.listener ?? (async (handle) => closeHandle(handle)),
    },
  );
  if (!started.ok) throw new Error(`${started.error.says} ${started.error.hint}`);
  const job = started.value;
  return {
    job,
    saw: (wanted) => wish(() => text("stdout").includes(wanted)),
    waited: () => wish(() => waits.at(-1) === true),
    ran: job.ended.then((end) => ({
      stdout: text("stdout"),
      stderr: text("stderr"),
      order: joined(chunks),
      waits,
      results,
      uses,
      end,
    })),
  };
}

export async function runProgram(sandbox: Sandbox, source: string, changes: Partial<Job> = {}): Promise<Ran> {
  return (await startProgram(sandbox, source, changes)).ran;
}

function joined(chunks: readonly { stream: Stream; bytes: Uint8Array }[]): Ran["order"] {
  const order: { stream: Stream; text: string }[] = [];
  for (const { stream, bytes } of chunks) {
    const last = order.at(-1);
    const text = Buffer.from(bytes).toString();
    if (last?.stream === stream) last.text += text;
    else order.push({ stream, text });
  }
  return order;
}
