/** What the router calls: one handler per row of the route table, parsed input in, result out. No handler knows about HTTP. */
import type { Result } from "../../contract/failures.ts";
import type { OwnerId } from "../../contract/ids.ts";
import type { SentBytes } from "./bytes-reply.ts";
import type { SentStream } from "./streamed-reply.ts";
import type { RouteInput, RouteName, RouteOutput, routes } from "../../contract/routes.ts";

/** Who asks, as the session cookie proved it. */
export interface Caller {
  readonly ownerId: OwnerId;
  readonly sessionIdHash: string;
}

type CallerOf<N extends RouteName> = (typeof routes)[N]["access"] extends "anyone" ? null : Caller;

export type Handler<N extends RouteName> = (
  input: RouteInput<N>,
  caller: CallerOf<N>,
) => Promise<Result<(typeof routes)[N]["output"] extends "bytes" ? SentBytes | SentStream : RouteOutput<N>>>;

/** `signIn`, `signOut` and `openapi` are the http room's own: they set cookies or describe the table. */
export type OwnRoute = "signIn" | "signOut" | "openapi";
export type Handlers = { readonly [N in Exclude<RouteName, OwnRoute>]: Handler<N> };
