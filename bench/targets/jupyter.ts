/** Jupyter as a peer: a kernel that keeps its state, and one that is restarted for each run so that it is fresh. */
import type { Program } from "../runs/programs.ts";
import { missingJupyter, startJupyter, type JupyterServer, type KernelChannels } from "./jupyter-server.ts";
import { check, nothingBefore, type Target, type TargetKind, type Timing } from "./target.ts";

export const jupyterWarm: TargetKind = {
  name: "jupyter-ws-warm",
  says: "Debian's Jupyter: execute in a kernel that runs already, over its WebSocket",
  mark: "†",
  isSlow: false,
  async prepare() {
    const missing = missingJupyter("jupyter-server");
    if (missing !== null) return { ok: false, missing };
    return { ok: true, target: warmKernels(await startJupyter("jupyter-server")) };
  },
};

export const jupyterRestart: TargetKind = {
  name: "jupyter-ws-restart",
  says: "the same, but fresh: restart over HTTP, connect anew, execute",
  mark: "",
  isSlow: true,
  async prepare() {
    const missing = missingJupyter("jupyter-server");
    if (missing !== null) return { ok: false, missing };
    const server = await startJupyter("jupyter-server");
    const kernel = await server.startKernel();
    return {
      ok: true,
      target: {
        ...nothingBefore,
        async run(program) {
          const begun = performance.now();
          await server.restartKernel(kernel);
          const channels = await server.connect(kernel);
          const timing = await timedExecute("jupyter-ws-restart", channels, program, begun);
          channels.close();
          return timing;
        },
        uses: { kind: "server", pid: server.pid },
        mostLanes: 1,
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      },
    };
  },
};

/** A kernel for each lane. */
function warmKernels(server: JupyterServer): Target {
  const kernels = new Map<number, Promise<KernelChannels>>();
  const open = async (): Promise<KernelChannels> => server.connect(await server.startKernel());
  const kernelFor = (lane: number): Promise<KernelChannels> => {
    const known = kernels.get(lane) ?? open();
    kernels.set(lane, known);
    return known;
  };
  return {
    async ready(program, lanes) {
      for (let lane = 0; lane < lanes; lane += 1) {
        const isNew = !kernels.has(lane);
        const channels = await kernelFor(lane);
        if (isNew) await channels.execute(program.source, () => undefined);
      }
    },
    run: async (program, lane) =>
      timedExecute("jupyter-ws-warm", await kernelFor(lane), program, performance.now()),
    hold: async (program) => (await open()).execute(program.source, () => undefined),
    uses: { kind: "server", pid: server.pid },
    mostLanes: 4,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function timedExecute(
  who: string,
  channels: KernelChannels,
  program: Program,
  begun: number,
): Promise<Timing> {
  let text = "";
  let firstByteMs = NaN;
  await channels.execute(program.source, (part) => {
    if (text === "") firstByteMs = performance.now() - begun;
    text += part;
  });
  const exitMs = performance.now() - begun;
  check(who, program, text);
  return { firstByteMs, exitMs };
}
