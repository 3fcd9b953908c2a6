/** One run while it is under way: its row, its log, its results, its calls, and those who watch. */
import { overBudgetCode, type Call } from "../../contract/calls.ts";
import type { RunEvent, RunUse } from "../../contract/events.ts";
import { limits } from "../../contract/limits.ts";
import type { Run, TerminalSize } from "../../contract/runs.ts";
import type { CallOrder } from "../gateway/call-order.ts";
import type { RunMoney } from "../gateway/gateway.ts";
import { picoUsd } from "../money.ts";
import type { OutputChunk, RunChange, RunRow, RunSums } from "../store/run-store.ts";
import type { Execution } from "./execute.ts";
import { isGap, OutputLog, type OutputLogOptions } from "./output-log.ts";
import { RunResults, type RunResultsOptions } from "./run-results.ts";
import { toRun } from "./run-view.ts";

/** About one WebSocket message of output. */
const batchBytes = 256 * 1024;

export interface LiveRunOptions {
  readonly now: () => number;
  readonly log: Pick<OutputLogOptions, "limits" | "shelf" | "failed">;
  readonly results: Pick<RunResultsOptions, "limits" | "shelf" | "failed">;
  /** The terminal's size when the run was asked for; null: pipes. */
  readonly terminal: TerminalSize | null;
  /** Whether the store has files to lay beside the program. */
  readonly hasFiles: boolean;
}

export class LiveRun {
  row: RunRow;
  readonly log: OutputLog;
  readonly results: RunResults;
  readonly hasFiles: boolean;
  terminal: TerminalSize | null;
  /** Aborted by a stop while the run still waits for a place. */
  readonly cancelled = new AbortController();
  execution: Execution | null = null;
  /** What its calls are numbered by and held to, while there may be any: one that a person sends again shares both. */
  under: { readonly order: CallOrder; readonly money: RunMoney } | null = null;
  /** True once the last event has been made. */
  isOver = false;
  readonly #now: () => number;
  #number = 0;
  #repeats = false;
  /** The newest event of each kind; a newer one takes the place of an older one that nobody has seen. */
  #runEvent: RunEvent;
  #waitingEvent: RunEvent | null = null;
  #useEvent: RunEvent | null = null;
  readonly #callEvents = new Map<string, RunEvent & { readonly type: "call" }>();
  readonly #watchers = new Set<() => void>();

  constructor(row: RunRow, { now, log, results, terminal, hasFiles }: LiveRunOptions) {
    this.row = row;
    this.terminal = terminal;
    this.hasFiles = hasFiles;
    this.#now = now;
    const grew = (): void => this.#tell();
    this.log = new OutputLog({ ...log, now, nextNumber: () => ++this.#number, grew });
    this.results = new RunResults({
      ...results,
      now,
      grew,
      nextNumber: () => {
        this.log.seal();
        return ++this.#number;
      },
      full: () =>
        this.log.note(`More than ${limits.resultsPerRun} results: the others are neither kept nor listed.`),
    });
    this.#runEvent = this.#nextRunEvent();
  }

  /** The program is running; a size that its terminal got meanwhile is told. */
  begun(execution: Execution): void {
    this.execution = execution;
    if (this.terminal !== null) execution.resize(this.terminal);
    if (this.#repeats) execution.stop("repeating");
  }

  /** The same request came again and again, and it was asked that this ends a run. */
  stopForRepeats(): void {
    this.#repeats = true;
    this.execution?.stop("repeating");
  }

  change(change: RunChange): void {
    this.#note(change);
    this.#tell();
  }

  /** The program has begun: told with the output that is there already, if there is any. */
  runs(startedAt: number): void {
    this.#note({ state: "running", startedAt });
    // This turn of the event loop may only begin to read it, the next one has read what stood in the pipes.
    setImmediate(() =>
      setImmediate(() => {
        this.log.seal();
        this.#tell();
      }),
    );
  }

  waits(waiting: boolean): void {
    // The prompt was written before, but on another socket: after this turn of the event loop it has been read, too.
    setImmediate(() => {
      if (this.isOver) return;
      this.#waitingEvent = { n: ++this.#number, at: this.#now(), type: "waiting", waiting };
      this.#tell();
    });
  }

  uses(use: RunUse): void {
    this.#useEvent = { n: ++this.#number, at: this.#now(), type: "use", use };
    this.#tell();
  }

  /** Remembered for a program that has not started yet. Nothing without a terminal. */
  resize(size: TerminalSize): void {
    if (this.terminal === null) return;
    this.terminal = size;
    this.execution?.resize(size);
  }

  called(call: Call): void {
    this.#callEvents.set(call.id, { n: ++this.#number, at: this.#now(), type: "call", call });
    this.#runEvent = this.#nextRunEvent();
    this.#tell();
  }

  /** No event comes after this. */
  over(): void {
    this.isOver = true;
    this.#tell();
  }

  /** As the page gets it, now. */
  view(): Run {
    return toRun(this.row, this.sums());
  }

  sums(): RunSums {
    let costPicoUsd = 0n;
    let unknownCostCalls = 0;
    let overBudgetAt: number | null = null;
    for (const { call } of this.#callEvents.values()) {
      costPicoUsd += call.costUsd === null ? 0n : (picoUsd(call.costUsd) ?? 0n);
      if (call.state === "unknown") unknownCostCalls++;
      if (call.error?.code === overBudgetCode && call.resendOf === null)
        overBudgetAt = Math.min(overBudgetAt ?? call.number, call.number);
    }
    return { callCount: this.#callEvents.size, costPicoUsd, unknownCostCalls, overBudgetAt };
  }

  /** The events with n > after, in order, about a batch of them; empty when there are none now. */
  async eventsAfter(after: number): Promise<readonly RunEvent[]> {
    // Output that comes while we read is not in this batch, and neither may be what comes after it.
    const numbered = this.#number;
    const chunks = await this.log.read(after, batchBytes);
    const lastOutput = chunks.at(-1)?.n;
    // While there is more output behind this batch, later events must wait for it: numbers only go up.
    const more = lastOutput !== undefined && (await this.log.read(lastOutput, 1)).length > 0;
    const through = more ? lastOutput : Math.max(numbered, lastOutput ?? 0);
    const before = this.results.firstUntold;
    const newest = [this.#runEvent, this.#waitingEvent, this.#useEvent, ...this.#callEvents.values()];
    const others = [...newest, ...this.results.events].filter(
      (event): event is RunEvent => event !== null && event.n > after && event.n <= through,
    );
    return [...chunks.map((chunk) => outputEvent(chunk, this.log.droppedBytes)), ...others]
      .filter((event) => event.n < before)
      .sort((a, b) => a.n - b.n);
  }

  /** Calls `wake` whenever something happened, until the returned function is called. */
  watch(wake: () => void): () => void {
    this.#watchers.add(wake);
    return () => this.#watchers.delete(wake);
  }

  #note(change: RunChange): void {
    this.row = { ...this.row, ...change };
    this.#runEvent = this.#nextRunEvent();
  }

  #tell(): void {
    for (const wake of this.#watchers) wake();
  }

  #nextRunEvent(): RunEvent {
    return { n: ++this.#number, at: this.#now(), type: "run", run: this.view() };
  }
}

const text = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** A stored chunk as the page sees it: bytes that are no UTF-8 are shown as replacement. */
export function outputEvent(chunk: OutputChunk, droppedBytes: number): RunEvent {
  if (isGap(chunk)) return { n: chunk.n, at: chunk.at, type: "gap", droppedBytes };
  const { n, at, stream, bytes } = chunk;
  return stream === "note"
    ? { n, at, type: "note", text: text.decode(bytes) }
    : { n, at, type: "output", stream, text: text.decode(bytes) };
}
