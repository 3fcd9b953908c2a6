/**
 * Sends a recorded call once more without a program: its request comes in at the gateway's own door, by a connection inside
 * this process, so that it is judged, held to ceilings, recorded and priced as any other.
 */
import {
  createServer,
  request as startRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { duplexPair } from "node:stream";
import type { Call } from "../../contract/calls.ts";
import type { SeenConnection } from "./attribution.ts";
import { createCallOrder } from "./call-order.ts";
import { handleCall, type CallParts } from "./call.ts";
import type { Resending, ResendRequest } from "./gateway.ts";
import { forUpstream } from "./headers.ts";
import { maxHeaders } from "./policy.ts";

export function resend(parts: CallParts, wanted: ResendRequest): Resending {
  const gone = new AbortController();
  const opened = Promise.withResolvers<Call | null>();
  const { run } = parts;
  const changed = (call: Call): void => {
    opened.resolve(call);
    run.changed(call);
  };
  const ended = carry({ ...parts, run: { ...run, changed } }, wanted, gone.signal)
    .catch((error: unknown) =>
      parts.log.error({ err: error, runId: run.runId }, "a call could not be sent again"),
    )
    .finally(() => opened.resolve(null));
  return { opened: opened.promise, ended, abort: (why) => gone.abort(why) };
}

/** No line of the program's sends it. */
const byNobody: SeenConnection = {
  known: null,
  asked: (_requestLine, tell) => tell({ places: [], call: null }),
  closed: () => undefined,
};

/** More than the gateway takes from a program, so that what was recorded fits, and the credential beside it. */
const maxHeaderBytes = 96 * 1024;

/** Resolves when the call is settled. */
async function carry(parts: CallParts, wanted: ResendRequest, gone: AbortSignal): Promise<void> {
  const server = createServer({
    requireHostHeader: false,
    keepAliveTimeout: 0,
    requestTimeout: 0,
    maxHeaderSize: maxHeaderBytes,
  });
  server.maxHeadersCount = maxHeaders;
  const [near, far] = duplexPair();
  try {
    const settled = answered(server, parts, gone);
    server.emit("connection", far);
    const outgoing = startRequest({
      createConnection: () => near,
      method: wanted.method,
      path: wanted.path,
      headers: headersOf(wanted),
    });
    // What becomes of the call is told on the server's side; here the reply is only taken.
    outgoing.on("error", (error) =>
      parts.log.debug({ err: error }, "a reply that nobody waits for broke off"),
    );
    outgoing.on("response", (reply: IncomingMessage) => {
      reply.on("error", () => reply.destroy());
      reply.resume();
    });
    outgoing.end(wanted.body ?? undefined);
    await settled;
  } finally {
    near.destroy();
    far.destroy();
  }
}

function answered(server: Server, parts: CallParts, gone: AbortSignal): Promise<void> {
  const order = parts.run.order ?? createCallOrder(() => parts.clock.monotonic());
  return new Promise((resolve, reject) => {
    server.on("clientError", reject);
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      response.sendDate = false;
      response.on("error", () => response.destroy());
      const arrival = { request, response, connection: byNobody, gone, ...order.next() };

      handleCall(parts, { ...arrival, expectsContinue: false }).then(resolve, reject);
    });
  });
}

/** As the program sent them, but for what belonged to its connection. */
function headersOf({ rawHeaders, body, key }: ResendRequest): string[] {
  const kept = forUpstream(rawHeaders);
  const headers = ["Host", "openrouter.ai", "Authorization", `Bearer ${key}`];
  for (let at = 0; at + 1 < kept.length; at += 2)
    if (!/^content-length$/i.test(kept[at] ?? "")) headers.push(kept[at] ?? "", kept[at + 1] ?? "");
  return [...headers, ...(body === null ? [] : ["Content-Length", String(body.length)])];
}
