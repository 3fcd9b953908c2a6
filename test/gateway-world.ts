/** A real sandbox before the real gateway before an upstream that a test scripts: for what programs of any kind send and get. */
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { OwnerId, RunId } from "../contract/ids.ts";
import { systemClock } from "../server/clock.ts";
import type { Endpoint } from "../server/gateway/gateway.ts";
import { createGateway } from "../server/gateway/tls-gateway.ts";
import { createLog } from "../server/log.ts";
import { newId } from "../server/new-id.ts";
import { createDialer } from "../server/openrouter/dial.ts";
import { createUpstream } from "../server/openrouter/http-upstream.ts";
import { runEnvironment } from "../server/runs/environment.ts";
import { createBwrapSandbox } from "../server/sandbox/bwrap-sandbox.ts";
import { startProgram, testWay, type Ran } from "../server/sandbox/sandbox-for-tests.ts";
import type { ListedCall } from "../server/store/call-store.ts";
import { openStore } from "../server/store/open-store.ts";
import { sampleRun } from "../server/store/sample-rows.ts";

export const worldKey = `sk-or-v1-${"c0ffee11".repeat(8)}`;
const placeholder = `sk-or-v1-${"0a".repeat(32)}`;

export interface GatewayWorld extends AsyncDisposable {
  /** Runs a program to its end; its calls are settled then. */
  run(program: string): Promise<Ran & { readonly calls: readonly ListedCall[] }>;
}

export async function openGatewayWorld(upstream: RequestListener): Promise<GatewayWorld> {
  const log = createLog("silent");
  const opened = await openStore("sqlite::memory:", log);
  if (!opened.ok) throw new Error(opened.error.says);
  const store = opened.value;
  const server: Server = createServer(upstream).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const dialer = createDialer({ origin });
  const gateway = await createGateway({ calls: store.calls, clock: systemClock, log });
  const { authorityPem } = gateway;
  const sandbox = await createBwrapSandbox({ authorityPem, python: null, warm: null, way: testWay(), log });
  return {
    async run(program) {
      const ownerId = newId<OwnerId>(systemClock.now());
      const id = newId<RunId>(systemClock.now());
      await store.runs.create(sampleRun(ownerId, { id, idempotencyKey: id, state: "running" }));
      let endpoint: Endpoint | null = null;
      const key = (): Promise<string> => Promise.resolve(worldKey);
      const started = await startProgram(
        sandbox,
        program,
        { environment: runEnvironment(placeholder, "some/model"), memoryBytes: 1024 * 2 ** 20 },
        {
          listener: async (listener) => {
            endpoint = await gateway.attach(listener, {
              runId: id,
              ownerId,
              upstream: createUpstream({ dialer, key, simulated: false, log }),
              changed: () => undefined,
            });
          },
        },
      );
      const ran = await started.ran;
      await (endpoint as Endpoint | null)?.close();
      return { ...ran, calls: await store.calls.list(ownerId, id) };
    },
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      dialer.close();
      server.close();
      server.closeAllConnections();
      await store.close();
    },
  };
}
