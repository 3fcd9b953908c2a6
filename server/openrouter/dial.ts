/** Opens requests to the one place that the API is: OpenRouter's origin, or the simulator's socket. No other can be reached. */
import * as http from "node:http";
import * as https from "node:https";
import type { Socket } from "node:net";
import { createReadyAgent } from "./ready-connections.ts";

export type UpstreamTarget = { readonly origin: URL } | { readonly socketPath: string };

export interface Dialer {
  readonly secure: boolean;
  /** `rawHeaders` are sent as they are, after `Host`. */
  request(method: string, path: string, rawHeaders: readonly string[]): http.ClientRequest;
  /** A request will come soon: opens a connection ahead, where that takes time and none waits. */
  warm(): void;
  /** True for a connection that was open before its request. */
  wasOpen(socket: Socket): boolean;
  close(): void;
}

/** Longer than a program pauses between calls, shorter than front ends keep an idle connection. */
const idleConnectionMs = 50_000;
const agentOptions: http.AgentOptions = {
  keepAlive: true,
  maxFreeSockets: 64,
  scheduling: "lifo",
  timeout: idleConnectionMs,
};
const maxReplyHeaderBytes = 64 * 1024;

export function createDialer(target: UpstreamTarget): Dialer {
  const origin = "origin" in target ? target.origin : null;
  const secure = origin?.protocol === "https:";
  const host = origin === null ? "openrouter.ai" : origin.host;
  const prefix = origin === null ? "" : origin.pathname.replace(/\/$/, "");
  const place =
    "socketPath" in target
      ? { socketPath: target.socketPath }
      : {
          // A literal IPv6 address stands in brackets in a URL, and without them in a connection.
          host: target.origin.hostname.replace(/^\[|\]$/g, ""),
          port: target.origin.port === "" ? (secure ? 443 : 80) : Number(target.origin.port),
        };
  const ready = place.host !== undefined ? createReadyAgent(secure, place, agentOptions) : null;
  const agent = ready?.agent ?? new http.Agent(agentOptions);
  return {
    secure,
    request: (method, path, rawHeaders) => {
      const options: https.RequestOptions = {
        ...place,
        agent,
        method,
        path: prefix + path,
        headers: ["Host", host, ...rawHeaders],
        maxHeaderSize: maxReplyHeaderBytes,
        insecureHTTPParser: false,
        rejectUnauthorized: true,
      };
      return secure ? https.request(options) : http.request(options);
    },
    warm: () => ready?.warm(),
    wasOpen: (socket) => ready?.wasOpen(socket) ?? false,
    close: () => {
      ready?.close();
      agent.destroy();
    },
  };
}
