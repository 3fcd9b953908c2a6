/** Sends calls and reads replies as a client would, and notes what each took. All of a gateway's connections are open before anything counts. */
import * as http from "node:http";
import * as https from "node:https";
import type { Gateway } from "./targets.ts";
import { bodyOf, key, path, type Asked } from "./shapes.ts";

export interface Taken {
  /** To the first byte of the body, and to its end, ms. */
  readonly firstByteMs: number;
  readonly endMs: number;
  /** From each stamp to its being read here, ms. */
  readonly waysMs: readonly number[];
  readonly bytes: number;
}

export interface Client extends Disposable {
  readonly mayFail: boolean;
  /** Rejects when the reply is none, or is cut. */
  call(asked: Asked): Promise<Taken>;
}

export function clientOf(gateway: Gateway, mostConnections: number): Client {
  const agents = gateway.origins.map(({ protocol }) =>
    protocol === "https:"
      ? new https.Agent({ keepAlive: true, maxSockets: mostConnections, ...gateway.tls })
      : new http.Agent({ keepAlive: true, maxSockets: mostConnections }),
  );
  let turn = 0;
  return {
    mayFail: gateway.mayFail ?? false,
    call(asked) {
      const at = turn++ % agents.length;
      const origin = gateway.origins[at];
      const agent = agents[at];
      if (origin === undefined || agent === undefined) throw new Error("no origin");
      return callAt(origin, agent, gateway, bodyOf(asked));
    },
    [Symbol.dispose]() {
      for (const agent of agents) agent.destroy();
    },
  };
}

const stamps = /"content":"(\d{6,}) "/g;
const nowUs = (): number => Number(process.hrtime.bigint() / 1000n);

function callAt(origin: URL, agent: http.Agent, gateway: Gateway, body: string): Promise<Taken> {
  return new Promise((resolve, reject) => {
    const send = origin.protocol === "https:" ? https.request : http.request;
    const begun = performance.now();
    const request = send({
      agent,
      host: origin.hostname,
      port: origin.port,
      method: "POST",
      path: gateway.path ?? path,
      headers: {
        host: gateway.tls?.servername ?? origin.host,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        authorization: `Bearer ${key}`,
        ...gateway.headers,
      },
    });
    request.on("error", reject);
    request.on("response", (reply) => {
      let firstByteMs = NaN;
      let bytes = 0;
      let text = "";
      const waysMs: number[] = [];
      reply.on("data", (chunk: Buffer) => {
        const now = nowUs();
        if (bytes === 0) firstByteMs = performance.now() - begun;
        bytes += chunk.length;
        if (bytes > 1_000_000) return;
        text += chunk.toString("latin1");
        let end = 0;
        for (const found of text.matchAll(stamps)) {
          waysMs.push((now - Number(found[1])) / 1000);
          end = found.index + found[0].length;
        }
        text = text.slice(end).slice(-4_000);
      });
      reply.on("error", reject);
      reply.on("end", () => {
        const endMs = performance.now() - begun;
        if (reply.statusCode === 200) resolve({ firstByteMs, endMs, waysMs, bytes });
        else reject(new Error(`${gateway.name} answered ${reply.statusCode}: ${text.slice(0, 300)}`));
      });
    });
    request.end(body);
  });
}

/** `count` calls, `atOnce` at a time. */
export async function callMany(
  client: Client,
  asked: Asked,
  atOnce: number,
  count: number,
): Promise<{ readonly taken: readonly Taken[]; readonly ms: number }> {
  const taken: Taken[] = [];
  let left = count;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) {
        try {
          taken.push(await client.call(asked));
        } catch (error) {
          if (!client.mayFail) throw error;
        }
      }
    }),
  );
  return { taken, ms: performance.now() - begun };
}
