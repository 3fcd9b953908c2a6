/** The one socket from the server: keeps it open, says when it is lost, and asks again for what was missed. */
import * as z from "zod/mini";
import { eventSocket } from "../../contract/routes.ts";
import { socketProtocol, SocketMessage } from "../../contract/events.ts";
import type { RunId, SocketId } from "../../contract/ids.ts";
import type { LinkState } from "../state/app-state.ts";
import { retryDelayMs } from "./backoff.ts";

export interface LinkParts {
  /** The page's base path: "" or "/ide". */
  readonly base: string;
  /** Which run to follow and the number after which to go on; asked at each connection. */
  readonly wanted: () => { readonly run: RunId; readonly after: number } | null;
  readonly onMessage: (message: SocketMessage) => void;
  readonly onState: (state: LinkState) => void;
  /** The server speaks another version of these messages: only a reload helps. */
  readonly onMismatch: () => void;
  /** A connection was refused or broke; the reason can't be seen from here, so somebody asks the server. */
  readonly onLost: () => void;
}

export interface Link {
  /** Connects anew, now: another run is wanted, or there is reason to think that the server is back. */
  readonly reconnect: () => void;
  /** Names the connection to the server, for a run that is to be followed on it; null while there is none. */
  readonly socket: () => SocketId | null;
}

export function createLink(parts: LinkParts): Link {
  let socket: WebSocket | null = null;
  let id: SocketId | null = null;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isMismatched = false;

  const connect = (): void => {
    clearTimeout(timer);
    forget(socket);
    if (isMismatched) return;
    const mine = new WebSocket(socketAddress(parts.base, parts.wanted()));
    socket = mine;
    id = null;
    mine.addEventListener("message", ({ data }) => {
      if (socket !== mine) return;
      const message = readMessage(data);
      if (message === null || (message.type === "hello" && message.protocol !== socketProtocol)) {
        isMismatched = true;
        socket = null;
        id = null;
        forget(mine);
        parts.onMismatch();
        return;
      }
      if (message.type === "hello") {
        failures = 0;
        id = message.socket;
        parts.onState("open");
      }
      parts.onMessage(message);
    });
    mine.addEventListener("close", () => {
      if (socket !== mine) return;
      socket = null;
      id = null;
      parts.onState("lost");
      parts.onLost();
      timer = setTimeout(connect, retryDelayMs(failures, Math.random()));
      failures += 1;
    });
  };
  // A laptop that wakes or a network that is back need not wait for the timer.
  const hurry = (): void => {
    if (document.visibilityState === "visible" && socket?.readyState !== WebSocket.OPEN) connect();
  };
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  connect();
  return { reconnect: connect, socket: () => id };
}

function socketAddress(base: string, wanted: { readonly run: RunId; readonly after: number } | null): string {
  const address = new URL(base + eventSocket.path, location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  if (wanted !== null) {
    address.searchParams.set("run", wanted.run);
    address.searchParams.set("after", String(wanted.after));
  }
  return address.href;
}

function readMessage(data: unknown): SocketMessage | null {
  if (typeof data !== "string") return null;
  try {
    const parsed = z.safeParse(SocketMessage, JSON.parse(data));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not JSON at all: as foreign as another version's message.
    return null;
  }
}

/** Closes without being told of it: the listeners look whether they are still the current one. */
function forget(socket: WebSocket | null): void {
  if (socket !== null && socket.readyState <= WebSocket.OPEN) socket.close();
}
