/** Agents that may hold one connection more than was asked for, opened ahead: a fresh program's first call need not wait for handshakes. */
import * as http from "node:http";
import * as https from "node:https";
import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectSecure } from "node:tls";

/** Shorter than front ends bear a connection on which nothing is asked. */
const spareMs = 30_000;

export interface ReadyAgent {
  readonly agent: http.Agent;
  /** Opens one connection, unless one is open or on its way that nobody uses. A failure is the next request's to meet. */
  warm(): void;
  /** True for a connection that was open before a request got it: it will tell nothing of having connected. */
  wasOpen(socket: Socket): boolean;
  /** Closes the connection that waits; the agent is its user's. */
  close(): void;
}

export interface Place {
  readonly host: string;
  readonly port: number;
}

/** With TLS the name is checked like that of any other connection of the agent's. */
export function createReadyAgent(secure: boolean, place: Place, options: http.AgentOptions): ReadyAgent {
  let spare: Socket | null = null;
  let dropping: NodeJS.Timeout | undefined;
  const open = new WeakSet<Socket>();
  const ends = ["error", "end", "close"] as const;

  const forget = (socket: Socket): void => {
    if (spare !== socket) return;
    spare = null;
    clearTimeout(dropping);
  };
  const make = (): Socket => {
    const socket = secure
      ? connectSecure({
          ...place,
          servername: isIP(place.host) === 0 ? place.host : "",
          ALPNProtocols: ["http/1.1"],
          rejectUnauthorized: true,
        })
      : connectPlain(place);
    socket.once(secure ? "secureConnect" : "connect", () => open.add(socket));
    for (const event of ends) socket.on(event, gone);
    socket.unref();
    return socket;
  };
  /** Of the connection that waits: the listener's `this`. Node has listeners of its own for the same events. */
  function gone(this: Socket): void {
    forget(this);
    this.destroy();
  }
  const take = (): Socket | null => {
    const socket = spare;
    if (socket === null) return null;
    forget(socket);
    for (const event of ends) socket.off(event, gone);
    socket.ref();
    return socket;
  };

  const agent = secure
    ? new (class extends https.Agent {
        /** All connections are to one place, and none differs from another. */
        override getName(): string {
          return "there";
        }
        override createConnection(...args: Parameters<https.Agent["createConnection"]>) {
          return take() ?? super.createConnection(...args);
        }
      })(options)
    : new (class extends http.Agent {
        /** All connections are to one place, and none differs from another. */
        override getName(): string {
          return "there";
        }
        override createConnection(...args: Parameters<http.Agent["createConnection"]>) {
          return take() ?? super.createConnection(...args);
        }
      })(options);
  return {
    agent,
    warm() {
      if (spare !== null || Object.keys(agent.freeSockets).length > 0) return;
      spare = make();
      const made = spare;
      dropping = setTimeout(() => {
        forget(made);
        made.destroy();
      }, spareMs);
      dropping.unref();
    },
    wasOpen: (socket) => open.has(socket),
    close: () => spare?.destroy(),
  };
}
