/** What one run showed and the files that it made: numbered among its events, bounded, and stored before it is told. */
import type { RunEvent } from "../../contract/events.ts";
import { limits } from "../../contract/limits.ts";
import type { JobResult } from "../sandbox/sandbox.ts";
import type { ResultRow } from "../store/result-store.ts";
import { displayOf, guessMediaType, plainMediaType } from "./media-types.ts";

export interface ResultLimits {
  /** Results that are listed. */
  readonly count: number;
  /** Of one result, and of all together. */
  readonly bytes: number;
  readonly totalBytes: number;
}

export const defaultResultLimits: ResultLimits = {
  count: limits.resultsPerRun,
  bytes: limits.resultBytes,
  totalBytes: limits.resultsBytes,
};

export interface RunResultsOptions {
  readonly limits: ResultLimits;
  /** The store's method, bound to one run. */
  readonly shelf: (row: Omit<ResultRow, "runId">, bytes: Uint8Array | null) => Promise<void>;
  readonly now: () => number;
  /** Draws the run's next event number. */
  readonly nextNumber: () => number;
  /** Called after a new result can be read. */
  readonly grew: () => void;
  /** Called once, when there are more than are listed. */
  readonly full: () => void;
  /** The store failed: this result is told, but not kept. */
  readonly failed: (error: unknown) => void;
}

type ResultEvent = RunEvent & { readonly type: "result" };

export class RunResults {
  readonly #options: RunResultsOptions;
  readonly #events: ResultEvent[] = [];
  /** Event numbers of those on their way to the store, oldest first. */
  readonly #storing: number[] = [];
  #stored: Promise<void> = Promise.resolve();
  #count = 0;
  #totalBytes = 0;

  constructor(options: RunResultsOptions) {
    this.#options = options;
  }

  /** Resolves when it is stored and told; bytes that are over a limit are let go, in words. */
  take(result: JobResult): Promise<void> {
    if (this.#count > this.#options.limits.count) return this.#stored;
    if (++this.#count > this.#options.limits.count) {
      this.#options.full();
      return this.#stored;
    }
    const { bytes, note } = this.#fit(result);
    const row = {
      number: this.#count,
      n: this.#options.nextNumber(),
      at: this.#options.now(),
      kind: result.kind,
      mediaType: mediaTypeOf(result),
      name: result.name,
      sizeBytes: result.sizeBytes,
      note,
    };
    this.#storing.push(row.n);
    this.#stored = this.#stored.then(() => this.#store(row, bytes));
    return this.#stored;
  }

  /** The lowest event number that can't be told yet; events behind it have to wait. */
  get firstUntold(): number {
    return this.#storing[0] ?? Number.POSITIVE_INFINITY;
  }

  /** In order. */
  get events(): readonly RunEvent[] {
    return this.#events;
  }

  /** Resolves when all is stored. */
  end(): Promise<void> {
    return this.#stored;
  }

  #fit({ bytes, note }: JobResult): { readonly bytes: Uint8Array | null; readonly note: string | null } {
    if (bytes === null) return { bytes, note };
    const { limits: most } = this.#options;
    if (bytes.length > most.bytes) {
      return { bytes: null, note: `Not kept: one result may have ${mebibytes(most.bytes)}.` };
    }
    if (this.#totalBytes + bytes.length > most.totalBytes) {
      return {
        bytes: null,
        note: `Not kept: the results of one run may have ${mebibytes(most.totalBytes)}.`,
      };
    }
    this.#totalBytes += bytes.length;
    return { bytes, note };
  }

  async #store(row: Omit<ResultRow, "runId">, bytes: Uint8Array | null): Promise<void> {
    let event = resultEvent({ ...row, kept: bytes !== null });
    try {
      await this.#options.shelf(row, bytes);
    } catch (error) {
      event = resultEvent({ ...row, kept: false, note: "Not kept: the database failed." });
      this.#options.failed(error);
    }
    this.#storing.shift();
    this.#events.push(event);
    this.#options.grew();
  }
}

/** A stored result as the page gets it. */
export function resultEvent(row: Omit<ResultRow, "runId"> & { readonly kept: boolean }): ResultEvent {
  const { n, at, number, kind, mediaType, name, sizeBytes, kept, note } = row;
  const display = displayOf(mediaType);
  return {
    n,
    at,
    type: "result",
    result: { number, kind, mediaType, name, sizeBytes, kept, note, display },
  };
}

const mediaTypeOf = ({ kind, mediaType, name }: JobResult): string | null =>
  kind === "file" ? guessMediaType(name ?? "") : plainMediaType(mediaType ?? "");

const mebibytes = (bytes: number): string => `at most ${Math.round(bytes / 2 ** 20)} MiB`;
