/** Makes one environment: runner/install.py in a sandbox that can write its directory and reach the package index only. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { done, refused, type Result } from "../../contract/failures.ts";
import { limits } from "../../contract/limits.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { ordinaryJob, quietSink, type Job, type JobEnd, type Sandbox } from "../sandbox/sandbox.ts";
import { closeListener } from "./close-listener.ts";
import type { Fetch } from "./index-fetches.ts";
import type { IndexDialer } from "./index-dialer.ts";
import { createIndexProxy, type IndexProxy } from "./index-proxy.ts";
import {
  cancelled,
  doingNow,
  explainInstall,
  tookTooLong,
  unreachable,
  type MakeFailure,
} from "./install-words.ts";
import type { Interpreter } from "./interpreters.ts";
import type { Contents } from "./kept-environments.ts";
import { indexName, type PackageIndex } from "../package-index.ts";

export interface Progress {
  /** The end of what the installer wrote. */
  readonly log: string;
  readonly fetched: readonly Fetch[];
  /** What it is doing. */
  readonly says: string | null;
}

export interface InstallerParts {
  readonly sandbox: Sandbox;
  readonly index: PackageIndex | null;
  readonly dialer: IndexDialer | null;
  readonly clock: Clock;
  readonly log: Log;
  /** The largest environment, bytes on disk. */
  readonly mostBytes?: number;
}

export interface MakeOrder {
  readonly interpreter: Interpreter;
  /** Empty, ours alone. */
  readonly directory: string;
  /** As `Requirement.text`. None: then the index is not needed. */
  readonly requirements: readonly string[];
  readonly signal: AbortSignal;
  /** Called often. */
  progress(now: Progress): void;
}

const script = join(import.meta.dirname, "../../runner/install.py");
const installerMemoryBytes = 1024 * 2 ** 20;
const mostReportBytes = 4 * 2 ** 20;

const Report = z.object({
  trouble: z.optional(z.string()),
  packages: z.optional(z.array(z.object({ name: z.string(), version: z.string() }))),
  modules: z.optional(z.array(z.string())),
  bytes: z.optional(z.number()),
});
type Report = z.infer<typeof Report>;

/** On failure nothing of the directory is worth keeping. */
export async function makeEnvironment(
  parts: InstallerParts,
  order: MakeOrder,
): Promise<Result<Contents, MakeFailure>> {
  if (order.signal.aborted) return refused(cancelled);
  const said = { stdout: "", log: "" };
  let doing: string | null = null;
  const tell = (): void =>
    order.progress({
      log: said.log,
      // Looked up only by who shows it: this is called for every piece that comes.
      get fetched() {
        return proxy?.fetches.list() ?? [];
      },
      says: doing,
    });
  const proxy = proxyFor(parts, order, tell);
  try {
    const started = await parts.sandbox.start(await jobFor(order, parts, proxy), {
      ...quietSink,
      output(stream, bytes) {
        const text = Buffer.from(bytes).toString("utf8");
        if (stream === "stdout") said.stdout = (said.stdout + text).slice(0, mostReportBytes);
        else {
          said.log = (said.log + text).slice(-limits.installationLogBytes);
          doing = doingNow(said.log);
        }
        tell();
      },
      listener: (handle) => (proxy === null ? closeListener(handle) : proxy.attach(handle)),
    });
    if (!started.ok) return refused({ ...started.error, cause: "other" });
    const cut = cutShort(order.signal, () => started.value.kill());
    const end = await started.value.ended;
    const why = cut.done();
    if (why === "cancelled") return refused(cancelled);
    if (why === "late") return refused(tookTooLong);
    return outcomeOf(end, said, order, parts.index, proxy);
  } finally {
    await proxy?.close();
  }
}

const proxyFor = (parts: InstallerParts, order: MakeOrder, changed: () => void): IndexProxy | null =>
  parts.index === null || parts.dialer === null || order.requirements.length === 0
    ? null
    : createIndexProxy({
        index: parts.index,
        dialer: parts.dialer,
        clock: parts.clock,
        log: parts.log,
        changed,
      });

async function jobFor(order: MakeOrder, parts: InstallerParts, proxy: IndexProxy | null): Promise<Job> {
  const most = parts.mostBytes ?? limits.environmentBytes;
  return {
    ...ordinaryJob,
    python: order.interpreter.place,
    writableDirectory: order.directory,
    fileName: "install.py",
    source: await readFile(script),
    args: [order.directory, parts.index?.url.href ?? "", String(most), ...order.requirements],
    files: new Map([["authority.pem", Buffer.from(proxy?.authorityPem ?? "")]]),
    memoryBytes: installerMemoryBytes,
  };
}

function cutShort(signal: AbortSignal, kill: () => void) {
  let why: "cancelled" | "late" | null = null;
  const cut = (reason: "cancelled" | "late") => (): void => {
    why ??= reason;
    kill();
  };
  const timer = setTimeout(cut("late"), limits.installationMs);
  const onAbort = cut("cancelled");
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  return {
    done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      return why;
    },
  };
}

function outcomeOf(
  end: JobEnd,
  said: { readonly stdout: string; readonly log: string },
  order: MakeOrder,
  index: PackageIndex | null,
  proxy: IndexProxy | null,
): Result<Contents, MakeFailure> {
  const reports = said.stdout.split("\n").flatMap(readReport);
  const { packages, modules, bytes } = reports.at(-1) ?? {};
  if (end.exitCode === 0 && packages !== undefined && modules !== undefined && bytes !== undefined)
    return done({ packages, modules, bytes });
  const indexTrouble = proxy?.fetches.trouble() ?? null;
  if (indexTrouble !== null && indexTrouble.startsWith("It fetched more"))
    return refused({ ...unreachable(indexTrouble), says: indexTrouble, cause: "other" });
  return refused(
    explainInstall({
      end,
      log: said.log,
      reported: reports.find(({ trouble }) => trouble !== undefined)?.trouble ?? null,
      indexTrouble,
      hasProject: (name) => proxy?.fetches.hasProject(name) ?? false,
      index: index === null ? "the index" : indexName(index),
      python: order.interpreter.version,
    }),
  );
}

function readReport(line: string): Report[] {
  if (line === "") return [];
  try {
    const parsed = Report.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    // Cut off when the program was killed.
    return [];
  }
}
