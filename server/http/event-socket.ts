/** The event socket: one way, from a run's log to one browser, never faster than that browser reads. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { WebSocketServer, type WebSocket } from "ws";
import { socketProtocol, type SocketMessage } from "../../contract/events.ts";
import type { Refusal, Result } from "../../contract/failures.ts";
import { RunId, type OwnerId, type SocketId } from "../../contract/ids.ts";
import { limits } from "../../contract/limits.ts";
import { eventSocket } from "../../contract/routes.ts";
import type { Clock } from "../clock.ts";
import type { InstallationWatch } from "../environments/watch.ts";
import type { Log } from "../log.ts";
import { newId } from "../new-id.ts";
import type { RunFollowing } from "../runs/follow.ts";
import type { Presence } from "../runs/presence.ts";
import { StoreUnavailable } from "../store/unavailable.ts";
import { batches } from "./event-batches.ts";
import type { Admitted } from "./guard.ts";
import type { Caller } from "./handlers.ts";
import { refuseSocket } from "./raw-refusal.ts";
import { failureReply } from "./replies.ts";
import type { Sessions } from "./sessions.ts";
import { tellInstallations } from "./tell-installations.ts";

export interface EventSocketParts {
  readonly sessions: Sessions;
  readonly following: RunFollowing;
  /** Told of an owner's first and last socket. */
  readonly presence?: Presence;
  /** Of the owner's installations every socket of theirs is told. */
  readonly installations?: InstallationWatch;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  /** When to look for signs of life: every 20 s, unless a test beats the time. Answers how to stop. */
  readonly heartbeat?: Heartbeat;
}

export type Heartbeat = (beat: () => void) => () => void;

const everyTwentySeconds: Heartbeat = (beat) => {
  const timer = setInterval(beat, 20_000);
  timer.unref();
  return () => clearInterval(timer);
};

export interface UpgradeRequest {
  readonly incoming: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly admitted: Result<Admitted>;
  readonly requestId: string;
}

export interface EventSockets {
  upgrade(request: UpgradeRequest): void;
  count(): number;
  /** Closes what a session has open: it was signed out. */
  closeSession(sessionIdHash: string): void;
  /** Tells all to come back later. */
  closeAll(): void;
  terminateAll(): void;
}

/** Of a socket's life: why it was closed. 4xxx are ours and stand in the guide. */
const closing = {
  oneWay: [1003, "this socket carries nothing to the server"],
  tooMuch: [1008, "too many bytes to the server"],
  failed: [1011, "the server failed"],
  restart: [1012, "the server is shutting down"],
  signedOut: [4401, "signed out"],
  noSuchRun: [4404, "no such run"],
} as const satisfies Record<string, readonly [number, string]>;

interface Connection {
  readonly socket: WebSocket;
  readonly stream: Duplex;
  readonly cookie: string | null;
  readonly caller: Caller;
  readonly requestId: string;
  readonly startedAt: number;
  /** False from one ping until a pong or a written message shows that the browser is there. */
  isAlive: boolean;
  bytesReadAtPing: number;
  /** Counts the runs that it was to follow: only the newest is. */
  turn: number;
  stopFollowing: (() => void) | null;
  stopExpecting: (() => void) | null;
  stopWatching: (() => void) | null;
}

/** Pongs and a close fit easily; more from a browser between two pings is a flood. */
const mostBytesPerPing = 16 * 1024;

export function createEventSockets(parts: EventSocketParts): EventSockets {
  const { sessions, clock, log } = parts;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // No credential or dialect travels by subprotocol.
    handleProtocols: () => false,
    maxPayload: 1024,
    maxFragments: 8,
    maxBufferedChunks: 64,
  });
  const connections = new Set<Connection>();
  const isHere = (ownerId: OwnerId): boolean =>
    [...connections].some(({ caller }) => caller.ownerId === ownerId);
  const ofSession = (hash: string): Connection[] =>
    [...connections].filter(({ caller }) => caller.sessionIdHash === hash);

  const stopBeating = (parts.heartbeat ?? everyTwentySeconds)(() => {
    for (const connection of connections) void checkLife(connection, sessions, log);
  });

  const admit = async (request: UpgradeRequest): Promise<void> => {
    const { incoming, socket, head, admitted, requestId } = request;
    const opening = await readOpening(admitted, sessions);
    if (!opening.ok) return refuse(request, opening.error);
    const { caller, run, after, cookie } = opening.value;
    if (ofSession(caller.sessionIdHash).length >= limits.socketsPerSession) {
      return refuse(request, { code: "too-many", says: "This session has too many event sockets open." });
    }
    if (socket.destroyed) return;
    server.handleUpgrade(incoming, socket, head, (webSocket) => {
      const connection: Connection = {
        socket: webSocket,
        stream: socket,
        cookie,
        caller,
        requestId,
        startedAt: clock.monotonic(),
        isAlive: true,
        bytesReadAtPing: 0,
        turn: 0,
        stopFollowing: null,
        stopExpecting: null,
        stopWatching: null,
      };
      if (!isHere(caller.ownerId)) parts.presence?.came(caller.ownerId);
      connections.add(connection);
      watch(connection);
      void tell(connection, run, after, parts);
    });
  };

  const watch = (connection: Connection): void => {
    const { socket, requestId, startedAt } = connection;
    socket.on("message", () => socket.close(...closing.oneWay));
    socket.on("pong", () => (connection.isAlive = true));
    socket.on("error", (error) => log.debug({ err: error, requestId }, "event socket broke"));
    socket.on("close", (code) => {
      connections.delete(connection);
      if (!isHere(connection.caller.ownerId)) parts.presence?.left(connection.caller.ownerId);
      connection.stopFollowing?.();
      connection.stopExpecting?.();
      connection.stopWatching?.();
      const ms = Math.round(clock.monotonic() - startedAt);
      log.info(
        { requestId, method: "GET", route: "eventSocket", status: 101, code, ms },
        "event socket closed",
      );
    });
  };

  const refuse = ({ socket, requestId }: UpgradeRequest, refusal: Refusal): void => {
    refuseSocket(socket, refusal, requestId);
    log.info({ requestId, method: "GET", route: "eventSocket", refused: refusal.code }, "request");
  };

  return {
    upgrade: (request) => {
      request.socket.on("error", () => request.socket.destroy());
      admit(request).catch((error: unknown) => {
        log.error({ err: error, requestId: request.requestId }, "upgrade failed");
        refuse(request, { code: error instanceof StoreUnavailable ? "store-unavailable" : "internal" });
      });
    },
    count: () => connections.size,
    closeSession: (hash) => {
      for (const { socket } of ofSession(hash)) socket.close(...closing.signedOut);
    },
    closeAll: () => {
      stopBeating();
      for (const { socket } of connections) socket.close(...closing.restart);
    },
    terminateAll: () => {
      for (const { socket } of connections) socket.terminate();
    },
  };
}

interface Opening {
  readonly caller: Caller;
  readonly cookie: string | null;
  readonly run: RunId | null;
  readonly after: number;
}

async function readOpening(admitted: Result<Admitted>, sessions: Sessions): Promise<Result<Opening>> {
  if (!admitted.ok) return admitted;
  const { path, query, cookie } = admitted.value;
  if (path !== eventSocket.path) return { ok: false, error: { code: "not-found" } };
  const session = await sessions.find(cookie);
  if (session === null) return { ok: false, error: { code: "not-signed-in" } };
  const run = query.get("run");
  const parsed = run === null ? null : RunId.safeParse(run);
  const after = query.get("after") ?? "0";
  const names = [...query.keys()];
  if (
    parsed?.success === false ||
    !/^\d{1,15}$/.test(after) ||
    names.length !== new Set(names).size ||
    names.some((name) => name !== "run" && name !== "after")
  ) {
    const says = "The address takes run, an id, and after, a number.";
    return { ok: false, error: { code: "bad-request", says } };
  }
  return {
    ok: true,
    value: { caller: session.caller, cookie, run: parsed?.data ?? null, after: Number(after) },
  };
}

async function tell(
  connection: Connection,
  run: RunId | null,
  after: number,
  parts: EventSocketParts,
): Promise<void> {
  const { socket, requestId, caller } = connection;
  const { sessions, following, installations, version, clock, log } = parts;
  try {
    // Between the look at the session and the upgrade it may have been signed out.
    if ((await sessions.find(connection.cookie)) === null) return socket.close(...closing.signedOut);
    const id = newId<SocketId>(clock.now());
    if (socket.readyState === socket.OPEN) {
      connection.stopExpecting = following.expect(id, caller.sessionIdHash, (started) => {
        void follow(connection, started, 0, parts);
      });
    }
    await send(connection, { type: "hello", protocol: socketProtocol, version, socket: id });
    if (installations !== undefined && socket.readyState === socket.OPEN) {
      connection.stopWatching = tellInstallations(installations, caller.ownerId, (installation) =>
        send(connection, { type: "installation", installation }),
      );
    }
    // A run that was started for it meanwhile is newer than what its address asks for.
    if (run !== null && connection.turn === 0) await follow(connection, run, after, parts);
  } catch (error) {
    log.error({ err: error, requestId }, "an event socket failed");
    await fail(connection);
  }
}

/** Follows this run in place of any other. Never rejects: what goes wrong closes the socket. */
async function follow(
  connection: Connection,
  run: RunId,
  after: number,
  { following, log }: EventSocketParts,
): Promise<void> {
  const { socket, requestId, caller } = connection;
  const turn = ++connection.turn;
  const isWanted = (): boolean => connection.turn === turn && socket.readyState === socket.OPEN;
  connection.stopFollowing?.();
  connection.stopFollowing = null;
  try {
    const stop = await following.follow(caller.ownerId, run, after, {
      events: async (batch) => {
        if (!isWanted()) return setImmediate();
        for (const text of batches(run, batch)) await sendText(connection, text);
      },
      caughtUp: async (n) => {
        if (isWanted()) await send(connection, { type: "caught-up", runId: run, n });
      },
    });
    if (!isWanted()) return stop?.();
    if (stop !== null) {
      connection.stopFollowing = stop;
      return;
    }
    await send(connection, { type: "failure", failure: failureReply({ code: "not-found" }, requestId) });
    socket.close(...closing.noSuchRun);
  } catch (error) {
    log.error({ err: error, requestId }, "following a run failed");
    await fail(connection);
  }
}

async function fail(connection: Connection): Promise<void> {
  const failure = failureReply({ code: "internal" }, connection.requestId);
  await send(connection, { type: "failure", failure });
  connection.socket.close(...closing.failed);
}

const send = (connection: Connection, message: SocketMessage): Promise<void> =>
  sendText(connection, JSON.stringify(message));

/**
 * Resolves when the bytes have left for the network: the follower hands over the next batch only then, so what waits here
 * for one browser is one message. A socket that is gone takes everything and keeps nothing, but not at once: a follower that
 * went on without a pause would keep the event loop from ever telling it to stop.
 */
function sendText(connection: Connection, text: string): Promise<void> {
  const { socket } = connection;
  if (socket.readyState !== socket.OPEN) return setImmediate();
  return new Promise((resolve) => {
    gather(connection.stream);
    socket.send(text, (error) => {
      if (!error) connection.isAlive = true;
      resolve();
    });
  });
}

/** What is sent within one turn of the event loop's callbacks leaves with one system call, which wakes the browser once. */
function gather(stream: Duplex): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** At each ping: is the browser there, does it keep quiet, and is its session still one? */
async function checkLife(connection: Connection, sessions: Sessions, log: Log): Promise<void> {
  const { socket, stream, cookie } = connection;
  const bytesRead = "bytesRead" in stream ? Number(stream.bytesRead) : 0;
  if (bytesRead - connection.bytesReadAtPing > mostBytesPerPing) return socket.close(...closing.tooMuch);
  if (!connection.isAlive) return socket.terminate();
  connection.bytesReadAtPing = bytesRead;
  connection.isAlive = false;
  socket.ping();
  try {
    if ((await sessions.find(cookie)) === null) socket.close(...closing.signedOut);
  } catch (error) {
    // The next ping asks again; a database that is away for a while signs nobody out.
    log.warn({ err: error }, "a session could not be checked");
  }
}
