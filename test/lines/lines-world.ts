/** For the tests of who sent a call: the real sandbox and the real gateway, before an upstream that does as a test scripts it. */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { Call } from "../../contract/calls.ts";
import type { OwnerId, RunId } from "../../contract/ids.ts";
import { systemClock } from "../../server/clock.ts";
import { createMemoryCalls } from "../../server/gateway/gateway-fixture.ts";
import { createGateway } from "../../server/gateway/tls-gateway.ts";
import { createLog } from "../../server/log.ts";
import { newId } from "../../server/new-id.ts";
import { createDialer } from "../../server/openrouter/dial.ts";
import { createUpstream } from "../../server/openrouter/http-upstream.ts";
import { placeholderKey, runEnvironment } from "../../server/runs/environment.ts";
import { execute } from "../../server/runs/execute.ts";
import { createBwrapSandbox } from "../../server/sandbox/bwrap-sandbox.ts";
import { testWay } from "../../server/sandbox/sandbox-for-tests.ts";
import { ordinaryJob, quietSink, type PythonPlace } from "../../server/sandbox/sandbox.ts";

export interface LinesRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  /** As they were last told of, in the order of their numbers. */
  readonly calls: readonly Call[];
}

export interface LinesWorld extends AsyncDisposable {
  /** What OpenRouter answers from now on. */
  answer(listener: RequestListener): void;
  run(
    source: string,
    files?: Readonly<Record<string, string>>,
    python?: PythonPlace | null,
  ): Promise<LinesRun>;
}

export const plainAnswer: RequestListener = (request, response) => {
  request.resume().on("end", () => {
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end('{"id":"gen-1","model":"m","usage":{"cost":0},"choices":[{"message":{"content":"ok"}}]}');
  });
};

const key = `sk-or-v1-${"0b".repeat(32)}`;

/** `owner` is new for each world, so that no interpreter of another's is used. */
export async function createLinesWorld(): Promise<LinesWorld> {
  let listener: RequestListener = plainAnswer;
  const server = createServer((request, response) => listener(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const log = createLog("warn", process.stderr);
  const dialer = createDialer({
    origin: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
  });
  const upstream = createUpstream({
    dialer,
    key: () => Promise.resolve(key),
    simulated: true,
    log,
  });
  const gateway = await createGateway({ calls: createMemoryCalls(() => {}).store, clock: systemClock, log });
  const warm = { spares: 1, most: 8, residentBytes: 2 ** 30, idleMs: 3_600_000 };
  const sandbox = await createBwrapSandbox({
    authorityPem: gateway.authorityPem,
    python: null,
    log,
    warm,
    way: testWay(),
  });
  const ownerId = newId<OwnerId>(Date.now());
  return {
    answer(wanted) {
      listener = wanted;
    },
    async run(source, files = {}, python = null) {
      const calls = new Map<number, Call>();
      const said = { stdout: "", stderr: "" };
      const started = await execute(
        { sandbox, gateway },
        {
          ...ordinaryJob,
          owner: ownerId,
          python,
          fileName: "main.py",
          source: Buffer.from(source),
          environment: runEnvironment(placeholderKey(), "m"),
          files: new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
          memoryBytes: 2 ** 30,
        },
        {
          runId: newId<RunId>(Date.now()),
          ownerId,
          upstream,
          changed: (call) => calls.set(call.number, call),
        },
        60_000,
        { ...quietSink, output: (stream, bytes) => void (said[stream] += Buffer.from(bytes).toString()) },
      );
      if (!started.ok) throw new Error(`${started.error.says} ${started.error.hint}`);
      const { exitCode } = await started.value.ended;
      return { ...said, exitCode, calls: [...calls.values()].sort((a, b) => a.number - b.number) };
    },
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      dialer.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
