/** Port: what openrouter.ai is inside a sandbox. One endpoint per run; which endpoint a call came in on is its identity. */
import type { Server } from "node:net";
import type { Call } from "../../contract/calls.ts";
import type { OwnerId, RunId } from "../../contract/ids.ts";
import type { Upstream } from "../openrouter/upstream.ts";

/** A listening socket inside the sandbox's network namespace, as `net.Server#listen` takes it. */
export type ListenerHandle = Parameters<Server["listen"]>[0];

export interface GatewayRun {
  readonly runId: RunId;
  readonly ownerId: OwnerId;
  readonly upstream: Upstream;
  /** Called after each change of a call has been stored. */
  readonly changed: (call: Call) => void;
}

export interface Endpoint {
  /** Stops listening, aborts what is under way, settles every call; resolves when all rows are written. */
  close(): Promise<void>;
}

export interface Gateway {
  /** PEM of the name-constrained authority that signs the endpoints' certificates, for the sandbox's trust store. */
  readonly authorityPem: string;
  attach(listener: ListenerHandle, run: GatewayRun): Promise<Endpoint>;
}
