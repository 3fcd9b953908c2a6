/** Port: what openrouter.ai is inside a sandbox. One endpoint per run; which endpoint a call came in on is its identity. */
import type { Server } from "node:net";
import type { Call } from "../../contract/calls.ts";
import type { Result } from "../../contract/failures.ts";
import type { OwnerId, RunId } from "../../contract/ids.ts";
import type { SetReach } from "../../contract/session.ts";
import type { PriceList } from "../openrouter/client.ts";
import type { Upstream } from "../openrouter/upstream.ts";
import type { CallRow } from "../store/call-store.ts";
import type { OwnerOf, SourceReport } from "./source-report.ts";
import type { CallOrder } from "./call-order.ts";

/** A listening socket inside the sandbox's network namespace, as `net.Server#listen` takes it. */
export type ListenerHandle = Parameters<Server["listen"]>[0];

export interface GatewayRun {
  readonly runId: RunId;
  readonly ownerId: OwnerId;
  readonly upstream: Upstream;
  /** Called after each change of a call has been stored. */
  readonly changed: (call: Call) => void;
  /** Absent: its endpoint alone makes calls, and numbers them. */
  readonly order?: CallOrder;
  /** Of a call that is sent again: the number of the first one, and the name under which this was asked for. */
  readonly resend?: { readonly of: number; readonly key: string };
  /** Absent: programs reach what every program may, and nothing else. */
  readonly reach?: RunReach;
  /** Which processes of the run have a connection. Absent: nobody can tell. */
  readonly ownerOf?: OwnerOf;
  /** Absent: calls are recorded with the price that the reply told, and nothing is held. */
  readonly money?: RunMoney;
}

/** What the user lets this run's program reach besides. */
export interface RunReach {
  /** The hosts that stand in the sandbox's own list of names, each under an address of its loopback. */
  readonly hosts: readonly OpenHost[];
  /** What is set now; asked at each connection to a host, and for each request that would manage the account. */
  current(): Promise<SetReach>;
  /** Tells the user something beside the program's output. */
  readonly note: (text: string) => void;
}

/** Another host's name, and where its connections arrive: "127.1.0.1". */
export interface OpenHost {
  readonly name: string;
  readonly address: string;
}

/** What a run's calls are priced by and held to. */
export interface RunMoney {
  readonly prices: PriceList;
  readonly account: RunAccount;
  /** Takes a call that ended `unknown`, to be asked about later; `changed` hears of its price. */
  readonly lookUp: (call: CallRow, reservation: Reservation | null, changed: (call: Call) => void) => void;
  /** The same request may be sent again this many times; then the run is stopped. Null: any number. */
  readonly repeats: number | null;
  readonly stop: () => void;
}

/** What an owner has set, amounts in 10^-12 USD. */
export interface Ceilings {
  readonly sessionPicoUsd: bigint | null;
  readonly dayPicoUsd: bigint | null;
  readonly allowUnknownPrices: boolean;
  /** Real calls started from then on count against the session's ceiling, Unix ms. */
  readonly sessionSince: number;
}

/** A ceiling that a call would go over. */
export interface OverCeiling {
  readonly which: "run" | "session" | "day";
  readonly ceiling: bigint;
  /** What counts against it already: prices, and what is set aside for calls whose price is not known (yet). */
  readonly held: bigint;
  readonly wanted: bigint | null;
}

export interface Reservation {
  readonly picoUsd: bigint;
  /** The call's price takes the place of what was set aside. Only the first one counts. */
  settle(price: bigint): void;
}

/** One run's account. All of it is synchronous but for opening it. */
export interface RunAccount {
  /** The same account for somebody else, who closes it, too. */
  share(): RunAccount;
  /** Whether a ceiling is in force now. */
  isHeld(): boolean;
  allowsUnknown(): boolean;
  /**
   * Sets the amount aside for a call started then, or tells which ceiling has no room for it. Nothing is always to be had.
   * Null: nobody knows what it may cost; then nothing is set aside, and there must be something left.
   */
  reserve(startedAt: number, wanted: bigint | null): Result<Reservation, OverCeiling>;
  /** The run is over and all its calls are settled. */
  close(): void;
}

export interface Ledger {
  /**
   * Reads what counts already, so that from now on it is known without asking. `heldPicoUsd` is what counts already against
   * the run's own ceiling.
   */
  open(
    owner: OwnerId,
    ceilingPicoUsd: bigint | null,
    simulated: boolean,
    heldPicoUsd?: bigint,
  ): Promise<RunAccount>;
  /**
   * The new ceilings hold at once; `write` stores them with the time from which on the session's counts: `keepSince`, or
   * now when that is null.
   */
  change(
    owner: OwnerId,
    wanted: Omit<Ceilings, "sessionSince">,
    keepSince: number | null,
    write: (sessionSince: number) => Promise<void>,
  ): Promise<void>;
  /**
   * `write` stores the price of a call that was unknown and answers with it, or null when it was settled before; true if it
   * was unknown. The reservation is the call's, where this process made one.
   */
  settleLater(
    call: Pick<CallRow, "ownerId" | "startedAt" | "reservedPicoUsd">,
    reservation: Reservation | null,
    write: () => Promise<bigint | null>,
  ): Promise<boolean>;
  /** What counts now. */
  held(
    owner: OwnerId,
    sessionSince: number,
  ): Promise<{ readonly sessionPicoUsd: bigint; readonly dayPicoUsd: bigint }>;
}

export interface Endpoint {
  /** Hears who sends requests on this endpoint's connections. */
  told(report: SourceReport): void;
  /** Stops listening, aborts what is under way, settles every call; resolves when all rows are written. */
  close(): Promise<void>;
}

export interface ResendRequest {
  readonly method: string;
  readonly path: string;
  /** As they were recorded; what a connection or credential needs is added. */
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array | null;
  /** A placeholder: the real one is added where all calls get it. */
  readonly key: string;
}

export interface Resending {
  /** The call, once its row is written; null when it could not be. */
  readonly opened: Promise<Call | null>;
  /** Resolves when it is settled. */
  readonly ended: Promise<void>;
  /** Cuts it off upstream; the sentence stands in the call. */
  abort(why: string): void;
}

export interface Gateway {
  /** PEM of the name-constrained authority that signs the endpoints' certificates, for the sandbox's trust store. */
  readonly authorityPem: string;
  attach(listener: ListenerHandle, run: GatewayRun): Promise<Endpoint>;
  /** Sends a call of the run once more; `run.resend` says which, `run.order` its number. */
  resend(run: GatewayRun, request: ResendRequest): Resending;
}
