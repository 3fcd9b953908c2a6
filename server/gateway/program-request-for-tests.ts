/** A request as a program in the sandbox sends it: to openrouter.ai by name, with the placeholder for a key. */
import type { ClientRequest } from "node:http";
import { request } from "node:https";

/** What programs hold in the place of a key. */
export const placeholder = `sk-or-v1-${"0a".repeat(32)}`;

export interface GatewayPlace {
  readonly port: number;
  /** PEM of the authority that programs trust. */
  readonly ca: string;
}

/** Sent whole when this returns; `path` stands below /api/v1/. Whoever calls listens for the reply and for errors. */
export function programRequest(
  { port, ca }: GatewayPlace,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): ClientRequest {
  const outgoing = request({
    host: "127.0.0.1",
    port,
    ca,
    servername: "openrouter.ai",
    agent: false,
    method: "POST",
    path: `/api/v1/${path}`,
    headers: {
      Host: "openrouter.ai",
      Authorization: `Bearer ${placeholder}`,
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
      ...headers,
    },
  });
  outgoing.end(body);
  return outgoing;
}
