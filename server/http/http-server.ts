/** The server that the browser talks to: listens, lets the guard judge, hands to the router or the event socket, and drains. */
import type { IncomingMessage } from "node:http";
import { Hono } from "hono";
import type { Config } from "../config.ts";
import type { Clock } from "../clock.ts";
import type { InstallationWatch } from "../environments/watch.ts";
import type { Log } from "../log.ts";
import type { RunFollowing } from "../runs/follow.ts";
import type { Presence } from "../runs/presence.ts";
import type { SessionStore } from "../store/session-store.ts";
import { StoreUnavailable } from "../store/unavailable.ts";
import type { Result } from "../../contract/failures.ts";
import { createDoor } from "./door.ts";
import { createEventSockets, type Heartbeat } from "./event-socket.ts";
import { trustOf } from "./forwarded.ts";
import { judge, type Admitted, type GuardPolicy } from "./guard.ts";
import type { Handlers } from "./handlers.ts";
import { inUrl, knownHosts } from "./hosts.ts";
import { bindAddress, listen } from "./listen.ts";
import { addPages } from "./pages.ts";
import { failed, toResponse } from "./replies.ts";
import { addRoutes } from "./router.ts";
import { createSessions } from "./sessions.ts";
import { createSignInCheck } from "./sign-in.ts";
import { readWebBuild } from "./static-files.ts";
import { StartRefusal } from "./start-refusal.ts";
import type { App, Bindings } from "./visit.ts";

export interface HttpServerOptions {
  readonly config: Pick<
    Config,
    "host" | "port" | "portIsFixed" | "basePath" | "publicHosts" | "token" | "tokenIsGiven" | "trustedProxies"
  >;
  readonly sessions: SessionStore;
  readonly handlers: Handlers;
  readonly following: RunFollowing;
  /** Told of an owner's first and last event socket. */
  readonly presence?: Presence;
  readonly installations?: InstallationWatch;
  /** Vite's output. */
  readonly webDirectory: string;
  /** Letters, digits, - and _: names the cookie, so that two instances on one host keep apart. */
  readonly instanceId: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  /** When event sockets are looked after; every 20 s unless given. */
  readonly heartbeat?: Heartbeat;
}

export interface HttpServer {
  readonly address: { readonly host: string; readonly port: number };
  /** The address to print: it holds the token. */
  readonly url: string;
  /** Open connections in all, and how many of them are event sockets. */
  connections(): { readonly all: number; readonly eventSockets: number };
  /** Takes no more connections, tells event sockets to come back (1012), lets running requests end within 5 s. */
  close(): Promise<void>;
}

/** Listens when it resolves. Throws StartRefusal when it can't. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { config, clock, log, instanceId } = options;
  if (!/^[A-Za-z0-9_-]+$/.test(instanceId)) throw new Error("instanceId can't stand in a cookie's name");
  const host = bindAddress(config.host, config.tokenIsGiven);
  const trusted = trustOf(config.trustedProxies);
  if (!trusted.ok) throw new StartRefusal(`Trusted proxies: ${trusted.error}`, "Use forms like 10.0.0.0/8.");
  const build = await readWebBuild(options.webDirectory);

  const sessions = createSessions(options.sessions, clock);
  const eventSockets = createEventSockets({ ...options, sessions });
  const parts = {
    ...options,
    sessions,
    build,
    checkSignIn: createSignInCheck(config.token, clock),
    ended: (sessionIdHash: string) => eventSockets.closeSession(sessionIdHash),
  };
  const app = createApp(log);
  addRoutes(app, parts);
  addPages(app, parts);

  // Filled in once the port is known; nothing is answered before.
  let policy: GuardPolicy | null = null;
  const guard = (incoming: IncomingMessage, isUpgrade: boolean): Result<Admitted> =>
    policy === null
      ? { ok: false, error: { code: "shutting-down" } }
      : judgeSafely(incoming, isUpgrade, policy, log);
  const door = createDoor({ app, guard, eventSockets, clock, log });
  const port = await listen(door.server, host, config.port, config.portIsFixed);
  policy = {
    hosts: knownHosts(host, port, config.publicHosts),
    basePath: config.basePath,
    trusted: trusted.value,
    instanceId,
  };
  return {
    address: { host, port },
    url: printedAddress(host, port, config.basePath, config.token),
    connections: () => ({ all: door.connections(), eventSockets: eventSockets.count() }),
    close: () => door.close(),
  };
}

function printedAddress(host: string, port: number, basePath: string, token: string): string {
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : inUrl(host);
  return `http://${name}:${port}${basePath}/?token=${encodeURIComponent(token)}`;
}

function createApp(log: Log): App {
  const app: App = new Hono<{ Bindings: Bindings }>({
    // One reading of the address decides everything: the guard's.
    getPath: (_request, options) => options?.env?.visit.path ?? "/",
  });
  app.onError((error, c) => {
    const { requestId, answeredBy } = c.env.visit;
    log.error({ err: error, requestId, route: answeredBy }, "request failed");
    const code = error instanceof StoreUnavailable ? "store-unavailable" : "internal";
    return toResponse(failed({ code }, requestId));
  });
  return app;
}

/** The guard has no exceptions to throw; should it ever, the request is refused and the process lives. */
function judgeSafely(
  incoming: IncomingMessage,
  isUpgrade: boolean,
  policy: GuardPolicy,
  log: Log,
): Result<Admitted> {
  try {
    const { method = "", url = "", rawHeaders, socket } = incoming;
    return judge({ method, url, rawHeaders, peerAddress: socket.remoteAddress ?? "", isUpgrade }, policy);
  } catch (error) {
    log.error({ err: error }, "the guard failed");
    return { ok: false, error: { code: "bad-request" } };
  }
}
