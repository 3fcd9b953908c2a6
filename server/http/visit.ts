/** One request on its way through the room: what the guard admitted, under an id that log line and reply share. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Hono } from "hono";
import type { Admitted } from "./guard.ts";

export interface Visit extends Admitted {
  readonly requestId: string;
  /** Which row of the table, page or file answered: for the log line, which never holds an address. */
  answeredBy: string;
}

export interface Bindings {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly visit: Visit;
}

export type App = Hono<{ Bindings: Bindings }>;
