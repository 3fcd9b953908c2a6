/** The event socket's promises: who may open one, what it tells in which order, and that neither side can drown the other. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { RunEvent, SocketMessage } from "../../contract/events.ts";
import { limits } from "../../contract/limits.ts";
import type { RunId, SocketId } from "../../contract/ids.ts";
import type { Follower, RunFollowing } from "../runs/follow.ts";
import { startTestServer, type TestServer, type TestServerOptions } from "./test-kit.ts";

const runId = "0123456789abcdefghij";
const output = (n: number, text = `line ${n}\n`): RunEvent => ({
  n,
  at: 1,
  type: "output",
  stream: "stdout",
  text,
});

/** A run in the test's own hands. */
class RunInHand implements RunFollowing {
  followers: { readonly owner: string; readonly after: number; readonly follower: Follower }[] = [];
  stopped = 0;
  readonly begin: (follower: Follower) => Promise<void>;
  constructor(begin: (follower: Follower) => Promise<void> = () => Promise.resolve()) {
    this.begin = begin;
  }
  async follow(owner: string, run: string, after: number, follower: Follower): Promise<(() => void) | null> {
    if (run !== runId) return null;
    this.followers.push({ owner, after, follower });
    void this.begin(follower);
    return () => void this.stopped++;
  }
  readonly expecting = new Map<string, (run: RunId) => void>();
  expect(socket: SocketId, _session: string, started: (run: RunId) => void): () => void {
    this.expecting.set(socket, started);
    return () => this.expecting.delete(socket);
  }
}

/** A bound for what comes when it comes; nothing is measured. */
const patience = { timeout: 30_000 };

/** Resolves when the number has stood still over many turns of the event loop. */
async function settled(count: () => number): Promise<void> {
  let [still, last] = [0, -1];
  await expect
    .poll(() => {
      still = count() === last ? still + 1 : 0;
      last = count();
      return still;
    }, patience)
    .toBeGreaterThan(5);
}

const opened: { stop(): Promise<void> }[] = [];
const sockets: { terminate(): void }[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  for (const server of opened.splice(0)) await server.stop();
});

async function start(options: TestServerOptions = {}): Promise<{ server: TestServer; cookie: string }> {
  const server = await startTestServer(options);
  opened.push(server);
  return { server, cookie: await server.signIn() };
}

interface Browser {
  readonly socket: WebSocket;
  readonly messages: SocketMessage[];
  /** Close code and reason, or the status of a refused upgrade. */
  readonly end: Promise<string>;
}

function browse(server: TestServer, query: string, headers: Record<string, string>): Browser {
  const socket = new WebSocket(`ws://${server.host}/api/events${query}`, {
    headers: { origin: server.origin, ...headers },
  });
  sockets.push(socket);
  const messages: SocketMessage[] = [];
  socket.on("message", (data: Buffer) => messages.push(JSON.parse(data.toString()) as SocketMessage));
  const end = new Promise<string>((resolve) => {
    socket.on("close", (code, reason) => resolve(`${code} ${reason.toString()}`));
    socket.on("unexpected-response", (_request, response) => resolve(`refused ${response.statusCode}`));
    socket.on("error", () => resolve("broken"));
  });
  return { socket, messages, end };
}

test("an owner's first and last socket are told, and none between", async () => {
  const told: string[] = [];
  const server = await startTestServer({
    presence: { came: (owner) => told.push(`came ${owner}`), left: (owner) => told.push(`left ${owner}`) },
  });
  opened.push(server);
  const [ann, bea] = [await server.signIn(), await server.signIn()];
  const one = browse(server, "", { cookie: ann });
  await once(one.socket, "open");
  const two = browse(server, "", { cookie: ann });
  await once(two.socket, "open");
  const hers = browse(server, "", { cookie: bea });
  await once(hers.socket, "open");
  const [first = "", second = ""] = told;
  expect(told).toHaveLength(2);
  expect(second).not.toBe(first);
  one.socket.close();
  await one.end;
  two.socket.close();
  await expect.poll(() => told, patience).toEqual([first, second, first.replace("came", "left")]);
});

describe("who may open one", () => {
  test("a session's own page is greeted, nobody else gets in", async () => {
    const { server, cookie } = await start();
    const own = browse(server, "", { cookie });
    await expect
      .poll(() => own.messages, patience)
      .toEqual([
        {
          type: "hello",
          protocol: 3,
          version: "0.0.0-test",
          socket: expect.stringMatching(/^[0-9a-z]{20}$/),
        },
      ]);
    for (const [headers, outcome] of [
      [{}, "refused 401"],
      [{ cookie: `orid_test1=${"A".repeat(43)}` }, "refused 401"],
      [{ cookie: `${cookie}; ${cookie}` }, "refused 400"],
      [{ cookie, origin: "http://evil.test" }, "refused 403"],
      [{ cookie, origin: "null" }, "refused 403"],
      [{ cookie, host: "evil.test" }, "refused 421"],
      [{ cookie, "sec-fetch-site": "same-site" }, "refused 403"],
    ] as [Record<string, string>, string][]) {
      expect(await browse(server, "", headers).end).toBe(outcome);
    }
  });

  test("an address that it does not take is refused before the upgrade", async () => {
    const { server, cookie } = await start();
    for (const query of [
      "?run=x",
      "?after=-1",
      "?after=1e3",
      `?run=${runId}&run=${runId}`,
      "?token=x",
      "?after=",
    ]) {
      expect([query, await browse(server, query, { cookie }).end]).toEqual([query, "refused 400"]);
    }
  });

  test("a session has so many and no more; another session has its own", async () => {
    const { server, cookie } = await start();
    const mine = Array.from({ length: limits.socketsPerSession }, () => browse(server, "", { cookie }));
    await Promise.all(mine.map(({ socket }) => once(socket, "open")));
    expect(server.server.connections().eventSockets).toBe(limits.socketsPerSession);
    expect(await browse(server, "", { cookie }).end).toBe("refused 429");
    await once(browse(server, "", { cookie: await server.signIn() }).socket, "open");
    mine[0]?.socket.close();
    await mine[0]?.end;
    await expect
      .poll(() => server.server.connections().eventSockets, patience)
      .toBe(limits.socketsPerSession);
    await once(browse(server, "", { cookie }).socket, "open");
  });

  test("a page in plain HTTP is told that this is a socket's address", async () => {
    const { server, cookie } = await start();
    expect((await fetch(`${server.origin}/api/events`)).status).toBe(401);
    expect((await fetch(`${server.origin}/api/events`, { headers: { cookie } })).status).toBe(400);
  });
});

describe("following a run", () => {
  test("tells hello, what was there, that this was all, and then what happens", async () => {
    const run = new RunInHand(async (follower) => {
      await follower.events([output(6), output(7)]);
      await follower.caughtUp(7);
    });
    const { server, cookie } = await start({ following: run });
    const { messages } = browse(server, `?run=${runId}&after=5`, { cookie });
    await expect.poll(() => messages.length, patience).toBe(3);
    await run.followers[0]?.follower.events([output(8)]);
    await expect.poll(() => messages.length, patience).toBe(4);
    expect(messages).toEqual([
      { type: "hello", protocol: 3, version: "0.0.0-test", socket: expect.stringMatching(/^[0-9a-z]{20}$/) },
      { type: "events", runId, events: [output(6), output(7)] },
      { type: "caught-up", runId, n: 7 },
      { type: "events", runId, events: [output(8)] },
    ]);
    expect(run.followers[0]?.after).toBe(5);
  });

  test("a run that is not there, or is another's, ends with the same failure", async () => {
    const { server, cookie } = await start({ following: new RunInHand() });
    const { messages, end } = browse(server, "?run=zzzzzzzzzzzzzzzzzzzz", { cookie });
    expect(await end).toBe("4404 no such run");
    expect(messages.at(-1)).toMatchObject({ type: "failure", failure: { code: "not-found" } });
  });

  test("a fault closes the socket with a request id, and the cause stays in the log", async () => {
    const following: RunFollowing = {
      follow: () => Promise.reject(new Error("a-fault-for-the-log")),
      expect: () => () => undefined,
    };
    const { server, cookie } = await start({ following });
    const { messages, end } = browse(server, `?run=${runId}`, { cookie });
    expect(await end).toBe("1011 the server failed");
    expect(messages.at(-1)).toMatchObject({ type: "failure", failure: { code: "internal" } });
    expect(JSON.stringify(messages)).not.toContain("a-fault");
    expect(server.log.join("")).toContain("a-fault-for-the-log");
  });

  test("a run that is started for an open socket is followed on it, in place of the one before", async () => {
    const run = new RunInHand();
    const { server, cookie } = await start({ following: run });
    const { socket, messages } = browse(server, `?run=${runId}&after=5`, { cookie });
    await expect.poll(() => run.followers.length, patience).toBe(1);
    const [[name, started] = []] = run.expecting;
    expect(messages[0]).toMatchObject({ type: "hello", socket: name });
    started?.(runId as RunId);
    await expect.poll(() => run.followers.length, patience).toBe(2);
    expect(run.stopped).toBe(1);
    expect(run.followers[1]?.after).toBe(0);
    await run.followers[0]?.follower.events([output(6)]);
    await run.followers[1]?.follower.events([output(1)]);
    await expect.poll(() => messages.length, patience).toBe(2);
    expect(messages[1]).toEqual({ type: "events", runId, events: [output(1)] });
    socket.terminate();
    await expect.poll(() => [run.stopped, run.expecting.size], patience).toEqual([2, 0]);
  });

  test("when the browser goes, the following stops", async () => {
    const run = new RunInHand();
    const { server, cookie } = await start({ following: run });
    const { socket } = browse(server, `?run=${runId}`, { cookie });
    await expect.poll(() => run.followers.length, patience).toBe(1);
    socket.terminate();
    await expect.poll(() => run.stopped, patience).toBe(1);
    // Whatever still comes for it is taken and kept nowhere.
    await run.followers[0]?.follower.events([output(1)]);
  });

  test("a large batch comes in pieces, whole and in order", async () => {
    const events = Array.from({ length: 300 }, (_, i) => output(i + 1, "é".repeat(2_000)));
    const { server, cookie } = await start({
      following: new RunInHand((follower) => follower.events(events)),
    });
    const { messages } = browse(server, `?run=${runId}`, { cookie });
    const got = (): RunEvent[] =>
      messages.flatMap((message) => (message.type === "events" ? message.events : []));
    await expect.poll(() => got().length, patience).toBe(events.length);
    expect(got()).toEqual(events);
    expect(messages.length).toBeGreaterThan(5);
  });
});

/** Opens an event socket by hand and then does not read it. */
async function openRaw(server: TestServer, cookie: string): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port: server.server.address.port });
  sockets.push({ terminate: () => socket.destroy() });
  const lines = [
    "connection: Upgrade",
    "upgrade: websocket",
    "sec-websocket-version: 13",
    "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==",
  ];
  const head = [
    `GET /api/events?run=${runId} HTTP/1.1`,
    `host: ${server.host}`,
    `origin: ${server.origin}`,
    `cookie: ${cookie}`,
  ];
  socket.on("error", () => socket.destroy());
  socket.write([...head, ...lines, "", ""].join("\r\n"));
  await once(socket, "readable");
  return socket;
}

describe("neither side drowns the other", () => {
  test("a browser that does not read holds up its own follower and no more, until it counts as gone", async () => {
    let handed = 0;
    const run = new RunInHand(async (follower) => {
      while (run.stopped === 0) {
        await follower.events([output(1, "x".repeat(256 * 1024))]);
        handed++;
      }
    });
    const { server, cookie } = await start({ following: run });
    await openRaw(server, cookie);
    await settled(() => handed);
    // No pong ever comes back and nothing more is taken: at the first beat it is asked, at the second it is gone.
    server.beat();
    expect(run.stopped).toBe(0);
    server.beat();
    await expect.poll(() => run.stopped, patience).toBe(1);
    // What the two kernels' buffers took, and not what an unread follower would have produced meanwhile.
    expect(handed).toBeLessThan(200);
    expect(server.server.connections().eventSockets).toBe(0);
  });

  test("a browser that is there keeps its socket over many beats", async () => {
    const { server, cookie } = await start();
    const { socket, messages } = browse(server, "", { cookie });
    await once(socket, "message");
    for (let i = 0; i < 5; i++) {
      const pinged = once(socket, "ping");
      server.beat();
      await pinged;
      // The answer to a ping of our own tells that the pong before it has arrived.
      socket.ping();
      await once(socket, "pong");
    }
    expect(socket.readyState).toBe(WebSocket.OPEN);
    expect(messages).toHaveLength(1);
  });

  test("nothing goes up: a message closes the socket, a large one at its header", async () => {
    const { server, cookie } = await start();
    const small = browse(server, "", { cookie });
    await once(small.socket, "open");
    small.socket.send("{}");
    expect(await small.end).toBe("1003 this socket carries nothing to the server");
    const large = browse(server, "", { cookie });
    await once(large.socket, "open");
    large.socket.send("x".repeat(100_000));
    expect(await large.end).toMatch(/^1009/);
  });

  test("fragments without an end are cut off after a few", async () => {
    const { server, cookie } = await start();
    const { socket, end } = browse(server, "", { cookie });
    await once(socket, "open");
    for (let i = 0; i < 1_000; i++) socket.send("x", { fin: false });
    expect(await end).toMatch(/^1008|^1009/);
  });

  test("a flood of pongs closes the socket at the next beat, a flood of pings at once", async () => {
    const { server, cookie } = await start();
    const [ponging, pinging] = [browse(server, "", { cookie }), browse(server, "", { cookie })];
    await Promise.all([once(ponging.socket, "open"), once(pinging.socket, "open")]);
    for (let i = 0; i < 1_000; i++) ponging.socket.pong("x".repeat(100));
    // Its answer tells that all before it has arrived.
    ponging.socket.ping();
    await once(ponging.socket, "pong");
    server.beat();
    expect(await ponging.end).toBe("1008 too many bytes to the server");
    for (let i = 0; i < 1_000; i++) pinging.socket.ping("x".repeat(100));
    expect(await pinging.end).toMatch(/^1006/);
  });
});

describe("the end of a session or the server", () => {
  test("signing out closes that session's sockets and no others", async () => {
    const { server, cookie } = await start();
    const other = await server.signIn();
    const [mine, theirs] = [browse(server, "", { cookie }), browse(server, "", { cookie: other })];
    await Promise.all([once(mine.socket, "message"), once(theirs.socket, "message")]);
    await fetch(`${server.origin}/api/sign-out`, {
      method: "POST",
      headers: { cookie, origin: server.origin, "content-type": "application/json" },
      body: "{}",
    });
    expect(await mine.end).toBe("4401 signed out");
    expect(theirs.socket.readyState).toBe(WebSocket.OPEN);
  });

  test("a session that is gone from the store loses its sockets at the next beat", async () => {
    const { server, cookie } = await start();
    const { socket, end } = browse(server, "", { cookie });
    await once(socket, "message");
    await server.sessions.removeExpired(Number.MAX_SAFE_INTEGER);
    server.beat();
    expect(await end).toBe("4401 signed out");
  });

  test("a server that stops tells browsers to come back", async () => {
    const { server, cookie } = await start();
    const { socket, end } = browse(server, "", { cookie });
    await once(socket, "message");
    opened.splice(0);
    await server.stop();
    expect(await end).toBe("1012 the server is shutting down");
    expect(server.server.connections()).toEqual({ all: 0, eventSockets: 0 });
  });
});
