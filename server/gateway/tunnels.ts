/** Connections of one run to other hosts that the user opened: told apart by address, checked by name, passed through unread. */
import type { Socket } from "node:net";
import { limits } from "../../contract/limits.ts";
import type { Log } from "../log.ts";
import { maxHelloBytes, readHello } from "./client-hello.ts";
import type { GatewayRun, OpenHost } from "./gateway.ts";
import type { HostDialer } from "./host-dialer.ts";

export interface Tunnels {
  /** Takes a connection that arrived at an address of an opened host; any other is closed at once. */
  take(socket: Socket): void;
  /** Cuts what is open and tells what went through. */
  close(): void;
}

interface Traffic {
  connections: number;
  sentBytes: number;
  receivedBytes: number;
}

const helloMs = 10_000;
/** A different sentence about the same host may follow, but no flood of them. */
const mostNotes = 20;

/** Fatal TLS alerts (RFC 8446, 6.2): what a client reports as "unrecognized name" and "access denied". */
const alerts = { unrecognizedName: 112, accessDenied: 49 } as const;
const alert = (code: number): Buffer => Buffer.of(21, 3, 3, 0, 2, 2, code);

export function createTunnels(run: GatewayRun, dialer: HostDialer, log: Log): Tunnels {
  const { reach } = run;
  const byAddress = new Map(reach?.hosts.map((host) => [host.address, host]));
  const traffic = new Map<string, Traffic>();
  const open = new Set<Socket>();
  const noted = new Set<string>();
  let closed = false;

  const note = (says: string): void => {
    if (noted.has(says) || noted.size >= mostNotes) return;
    noted.add(says);
    reach?.note(says);
  };
  const refuse = (socket: Socket, code: number, says: string): void => {
    note(says);
    socket.end(alert(code));
  };

  const isOpen = async (name: string): Promise<boolean> =>
    reach !== undefined && (await reach.current()).hosts.includes(name);

  const connect = async (socket: Socket, { name }: OpenHost, hello: Buffer): Promise<void> => {
    if (!(await isOpen(name)))
      return refuse(socket, alerts.accessDenied, `${name} is not open to programs any more.`);
    const dialled = await dialer.connect(name);
    if (!dialled.ok) return refuse(socket, alerts.accessDenied, dialled.error.says);
    const far = dialled.value;
    track(far, open);
    if (closed || socket.destroyed) return void far.destroy();
    join(socket, far, hello, trafficTo(name), () => overfull(name));
  };

  const trafficTo = (name: string): Traffic => {
    const known = traffic.get(name) ?? { connections: 0, sentBytes: 0, receivedBytes: 0 };
    traffic.set(name, known);
    return known;
  };

  const overfull = (name: string): boolean => {
    const all = [...traffic.values()].reduce((sum, one) => sum + one.sentBytes + one.receivedBytes, 0);
    if (all <= limits.otherHostsBytes) return false;
    note(
      `The connection to ${name} was cut: a run may exchange ${size(limits.otherHostsBytes)} with other hosts.`,
    );
    return true;
  };

  return {
    take(socket) {
      const host = byAddress.get(socket.localAddress ?? "");
      if (host === undefined || closed) {
        socket.destroy();
        return;
      }
      track(socket, open);
      greet(socket, host.name, (hello) => {
        if (typeof hello === "string") return refuse(socket, alerts.unrecognizedName, hello);
        connect(socket, host, hello).catch((error: unknown) => {
          log.error({ err: error, runId: run.runId, host: host.name }, "a tunnel failed");
          socket.destroy();
        });
      });
    },
    close() {
      closed = true;
      for (const socket of open) socket.destroy();
      const parts = [...traffic].map(
        ([name, { connections, sentBytes, receivedBytes }]) =>
          `${name}, ${connections} ${connections === 1 ? "connection" : "connections"}, ${size(sentBytes)} sent, ${size(receivedBytes)} received`,
      );
      if (parts.length > 0) reach?.note(`Besides OpenRouter this program reached: ${parts.join("; ")}.`);
    },
  };
}

function track(socket: Socket, open: Set<Socket>): void {
  open.add(socket);
  socket.on("close", () => open.delete(socket));
  socket.on("error", () => socket.destroy());
}

/** Hands on the client's first bytes once they name the host; a sentence when they name another, or are no TLS. */
function greet(socket: Socket, name: string, done: (hello: Buffer | string) => void): void {
  let bytes = Buffer.alloc(0);
  const finish = (outcome: Buffer | string): void => {
    clearTimeout(late);
    socket.off("data", onData);
    socket.pause();
    done(outcome);
  };
  const late = setTimeout(() => socket.destroy(), helloMs);
  socket.once("close", () => clearTimeout(late));
  const onData = (chunk: Buffer): void => {
    bytes = Buffer.concat([bytes, chunk]);
    const hello = readHello(bytes);
    if (hello.kind === "more" && bytes.length <= maxHelloBytes) return;
    if (hello.kind === "name" && hello.name === name) return finish(bytes);
    finish(
      hello.kind === "name"
        ? `A connection to ${name} was refused: it asked for ${hello.name === null ? "no host by name" : hello.name.slice(0, 100)}.`
        : `A connection to ${name} was refused: only TLS passes.`,
    );
  };
  socket.on("data", onData);
}

function join(near: Socket, far: Socket, hello: Buffer, traffic: Traffic, isOverfull: () => boolean): void {
  const counted = (field: "sentBytes" | "receivedBytes") => (chunk: Buffer) => {
    traffic[field] += chunk.length;
    if (!isOverfull()) return;
    near.destroy();
    far.destroy();
  };
  traffic.connections += 1;
  near.on("data", counted("sentBytes"));
  far.on("data", counted("receivedBytes"));
  // An end on one side is one on the other, and so is a break.
  near.on("close", () => far.destroy());
  far.on("close", () => (far.errored === null ? near.end() : near.destroy()));
  traffic.sentBytes += hello.length;
  far.write(hello);
  near.pipe(far);
  far.pipe(near);
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const step = bytes < 2 ** 20 ? 1 : bytes < 2 ** 30 ? 2 : 3;
  return `${(bytes / 1024 ** step).toFixed(1).replace(/\.0$/, "")} ${["KiB", "MiB", "GiB"][step - 1]}`;
}
