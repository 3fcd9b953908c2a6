/** Output of a warm Jupyter kernel, with the server's limits as they come and with both lifted. */
import { missingJupyter, startJupyter } from "../targets/jupyter-server.ts";
import type { StreamingKind } from "./streaming.ts";

const jupyter = (name: string, says: string, options: readonly string[]): StreamingKind => ({
  name,
  says,
  mark: "†",
  isSlow: false,
  async prepare() {
    const missing = missingJupyter("jupyter-server");
    if (missing !== null) return { ok: false, missing };
    const server = await startJupyter("jupyter-server", options);
    const kernel = await server.connect(await server.startKernel());
    return {
      ok: true,
      target: {
        stream: ({ source }, output) => kernel.execute(source, output),
        serverPid: server.pid,
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      },
    };
  },
});

export const jupyterWarm = jupyter("jupyter-ws-warm", "a warm Jupyter kernel over its WebSocket", []);
export const jupyterUnlimited = jupyter("jupyter-ws-nolimit", "the same, its rate limits lifted", [
  "--ServerApp.iopub_msg_rate_limit=1e12",
  "--ServerApp.iopub_data_rate_limit=1e12",
]);
