/** Port: calls, and what was recorded of them. */
import type { CallState } from "../../contract/calls.ts";
import type { CallId, OwnerId, RunId } from "../../contract/ids.ts";

export interface CallRow {
  readonly id: CallId;
  readonly runId: RunId;
  readonly ownerId: OwnerId;
  readonly number: number;
  readonly state: CallState;
  readonly method: string;
  readonly path: string;
  readonly model: string | null;
  readonly provider: string | null;
  readonly status: number | null;
  readonly stream: boolean;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** Integers of 10^-12 USD; null is "not known". */
  readonly costPicoUsd: bigint | null;
  /** The wire's own digits. */
  readonly costText: string | null;
  /** From its arrival until it was sent on. */
  readonly queuedMs: number | null;
  readonly ttftMs: number | null;
  readonly durationMs: number | null;
  readonly startedAt: number;
  /** ms after the run's first call. */
  readonly startMs: number;
  readonly generationId: string | null;
  readonly finishReason: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly recordingCut: boolean;
  readonly simulated: boolean;
  /** Set aside before the call was sent on; it counts against ceilings while the price is not known. Null: nothing was. */
  readonly reservedPicoUsd: bigint | null;
  /** How many earlier calls of the run had sent the same. */
  readonly repeats: number;
  /** JSON of the contract's `SourcePlace[]`; null while nobody told. */
  readonly sentFrom: string | null;
  /** The number of the call of which this one is a retry by a client library. */
  readonly retryOf: number | null;
  /** The number of the call that a person sent again with this one, and the page's name for that press of a button. */
  readonly resendOf: number | null;
  readonly resendKey: string | null;
  /** JSON of the contract's `Bill`; null while nothing was charged for. */
  readonly bill: string | null;
}

/** What lists need: a bill is read with its call alone. */
export type ListedCall = Omit<CallRow, "bill">;

export interface Recording {
  /** Pairs in wire order, authorization and cookies left out. */
  readonly requestHeaders: readonly (readonly [string, string])[];
  readonly requestBody: Uint8Array;
  readonly responseHeaders: readonly (readonly [string, string])[];
  readonly responseBody: Uint8Array;
  /** For each chunk as it came: where it ends in `responseBody`, and ms after the request was sent on. */
  readonly arrivals: readonly (readonly [endOffset: number, atMs: number])[];
}

export type CallChange = Partial<Omit<CallRow, "id" | "runId" | "ownerId" | "number" | "startedAt">>;

export interface CallStore {
  /** Like `update` and `finish`: what is written outlives a crash of this process, and a power cut once `synced`. */
  create(row: CallRow): Promise<void>;
  update(id: CallId, change: CallChange): Promise<void>;
  /** The end state with the recording, both or neither. Once for each call. Written a few ms later, together with others. */
  finish(id: CallId, change: CallChange, recording: Recording): Promise<void>;
  /** Resolves when all that was written before outlives a power cut. */
  synced(): Promise<void>;
  list(ownerId: OwnerId, runId: RunId): Promise<readonly ListedCall[]>;
  find(
    ownerId: OwnerId,
    runId: RunId,
    number: number,
  ): Promise<{ readonly row: CallRow; readonly recording: Recording | null } | null>;
  /** Calls left `open` or `streaming` by a server that went away become `unknown` with this message; answers how many. */
  settleUnfinished(message: string): Promise<number>;
  /** Writes the price of a call that is `unknown`; false, and nothing is written, for one that is settled or gone. */
  settleUnknown(id: CallId, change: CallChange): Promise<boolean>;
  /** The newest `unknown` calls with a generation id that were started at or after `since`, without those of the simulator. */
  unknownSince(since: number, limit: number): Promise<readonly CallRow[]>;
  /**
   * What an owner's calls started at or after `since` count for, without those of the simulator: their price, while that
   * is not known what was reserved for them. Calls of removed runs are in it.
   */
  heldSince(ownerId: OwnerId, since: number): Promise<bigint>;
}
