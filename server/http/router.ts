/** Makes the API out of the route table: access before body, schema before handler, failures by name. */
import type { Context } from "hono";
import { eventSocket, routes, type Route, type RouteName } from "../../contract/routes.ts";
import { limits } from "../../contract/limits.ts";
import type { Refusal, Result } from "../../contract/failures.ts";
import { bytesReply, type SentBytes } from "./bytes-reply.ts";
import type { Log } from "../log.ts";
import { setCookie } from "./cookies.ts";
import type { Caller, Handlers, OwnRoute } from "./handlers.ts";
import { openApi } from "./openapi.ts";
import { scopeOf } from "./pages.ts";
import { readInput, type ParsedInput } from "./read-input.ts";
import { readJson } from "./read-body.ts";
import { failed, json, send, toResponse, withCookie, type Reply } from "./replies.ts";
import type { Sessions } from "./sessions.ts";
import type { SignInCheck } from "./sign-in.ts";
import { streamedReply, type SentStream } from "./streamed-reply.ts";
import type { App, Bindings, Visit } from "./visit.ts";

export interface RouterParts {
  readonly handlers: Handlers;
  readonly sessions: Sessions;
  readonly checkSignIn: SignInCheck;
  readonly instanceId: string;
  readonly version: string;
  readonly log: Log;
  /** The session is over: whatever it still has open closes. */
  ended(sessionIdHash: string): void;
}

type Answer = (input: ParsedInput, caller: Caller | null, bindings: Bindings) => Promise<Reply>;

export function addRoutes(app: App, parts: RouterParts): void {
  const own = ownAnswers(parts);
  const methods = new Map<string, string[]>();
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    const answer = isOwn(name) ? own[name] : fromHandler(parts, name, route.output);
    app.on(route.method, route.path, (c) => serve(c, name, route, answer, parts));
    const known = methods.get(route.path) ?? [];
    methods.set(route.path, [...known, ...(route.method === "GET" ? ["GET", "HEAD"] : [route.method])]);
  }
  for (const [path, allowed] of methods) {
    app.all(path, (c) => toResponse(wrongMethod(c.env.visit, allowed.join(", "))));
  }
  app.all(eventSocket.path, (c) => serveSocketAddress(c, parts.sessions));
}

/** Order matters: nobody's body is read before it is known who sent it. */
async function serve(
  c: Context<{ Bindings: Bindings }>,
  name: RouteName,
  route: Route,
  answer: Answer,
  parts: RouterParts,
): Promise<Response> {
  const { visit, incoming, outgoing } = c.env;
  visit.answeredBy = name;
  const session = route.access === "anyone" ? null : await parts.sessions.find(visit.cookie);
  if (route.access === "signed-in" && session === null) {
    return send(failed({ code: "not-signed-in" }, visit.requestId), outgoing);
  }
  const body =
    route.method === "GET" ? ({ ok: true, value: undefined } as const) : await readJson(incoming, outgoing);
  if (!body.ok) return send(failed(body.error, visit.requestId), outgoing);
  const input = readInput(route, { params: c.req.param(), query: visit.query, body: body.value });
  if (!input.ok) return send(failed(input.error, visit.requestId), outgoing);
  const reply = await answer(input.value, session?.caller ?? null, c.env);
  return send(
    session?.renewed === true ? withRenewedCookie(reply, visit, parts.instanceId) : reply,
    outgoing,
  );
}

/** Signing out has set the cookie already, to nothing. */
function withRenewedCookie(reply: Reply, visit: Visit, instanceId: string): Reply {
  if (visit.cookie === null || reply.headers["set-cookie"] !== undefined) return reply;
  return withCookie(reply, setCookie(scopeOf(visit, instanceId), visit.cookie, limits.sessionIdleMs));
}

const isOwn = (name: RouteName): name is OwnRoute =>
  name === "signIn" || name === "signOut" || name === "openapi";

function fromHandler(
  { handlers, log }: RouterParts,
  name: Exclude<RouteName, OwnRoute>,
  output: Route["output"],
): Answer {
  // The table ties each handler to its schemas; across all rows at once TypeScript can't follow, so the tie is restated.
  const handler = handlers[name] as (input: unknown, caller: Caller | null) => Promise<Result<unknown>>;
  return async (input, caller, { visit, outgoing }) => {
    const result = await handler(input, caller);
    if (!result.ok) return failed(result.error, visit.requestId);
    if (output !== "bytes") return json(result.value);
    const sent = result.value as SentBytes | SentStream;
    if ("bytes" in sent) return bytesReply(sent);
    return streamedReply(sent, (error) => {
      log.error({ err: error, requestId: visit.requestId, route: name }, "a file could not be sent whole");
      outgoing.destroy();
    });
  };
}

function ownAnswers(parts: RouterParts): Record<OwnRoute, Answer> {
  const document = openApi(parts.version);
  return {
    openapi: async () => json(document),
    signIn: async (input, _caller, { visit }) => {
      const { token } = input.body as { readonly token: string };
      const outcome = parts.checkSignIn(token, visit.clientAddress);
      if (outcome !== "right") return failed({ code: outcome }, visit.requestId);
      const cookie = await parts.sessions.start();
      return withCookie(json({}), setCookie(scopeOf(visit, parts.instanceId), cookie, limits.sessionIdleMs));
    },
    signOut: async (_input, caller, { visit }) => {
      if (caller === null) return failed({ code: "not-signed-in" }, visit.requestId);
      await parts.sessions.end(caller);
      parts.ended(caller.sessionIdHash);
      return withCookie(json({}), setCookie(scopeOf(visit, parts.instanceId), "", 0));
    },
  };
}

function wrongMethod(visit: Visit, allow: string): Reply {
  const reply = failed({ code: "wrong-method" }, visit.requestId);
  return { ...reply, headers: { ...reply.headers, allow } };
}

async function serveSocketAddress(c: Context<{ Bindings: Bindings }>, sessions: Sessions): Promise<Response> {
  const { visit } = c.env;
  if (visit.method !== "GET") return toResponse(wrongMethod(visit, "GET"));
  const session = await sessions.find(visit.cookie);
  const refusal: Refusal =
    session === null
      ? { code: "not-signed-in" }
      : { code: "bad-request", says: "This address takes only WebSocket upgrades." };
  return toResponse(failed(refusal, visit.requestId));
}
