/** The product as a client outside sees it: in a session that is open and knows the program, and in a brand-new one. */
import type { Program } from "../runs/programs.ts";
import { signIn, startProduct, type ProductSession, type StartedProduct } from "./product-client.ts";
import { check, nothingBefore, type Target, type TargetKind, type Timing } from "./target.ts";

/** `limits.runningPerOwner`: more of one session would wait in the queue. */
const lanesPerSession = 4;

export const oursServer: TargetKind = {
  name: "ours-server",
  says: "the product, from outside: POST of the run to its output and end on the event socket; session open, program known",
  mark: "",
  isSlow: false,
  async prepare() {
    const product = await startProduct();
    return { ok: true, target: knownSessions(product) };
  },
};

export const oursFirst: TargetKind = {
  name: "ours-first",
  says: "the same, but a run is the first thing that a brand-new session does",
  mark: "",
  isSlow: false,
  async prepare() {
    const product = await startProduct();
    let runsCpuMs = 0;
    return {
      ok: true,
      target: {
        ...below(product),
        ...nothingBefore,
        toldCpuMs: () => runsCpuMs,
        async run(program) {
          const session = await signIn(product);
          const timing = await timedRun("ours-first", session, program);
          runsCpuMs += timing.cpuMs;
          await session.signOut();
          return timing;
        },
        mostLanes: 1,
      },
    };
  },
};

/** A session for each program, as each user has their own before them; further ones where more run at once than one may. */
function knownSessions(product: StartedProduct): Target {
  const sessions = new Map<string, Promise<ProductSession>>();
  const sessionFor = (program: Program, lane: number): Promise<ProductSession> => {
    const name = `${program.name} ${Math.floor(lane / lanesPerSession)}`;
    const known = sessions.get(name) ?? openWith(product, program);
    sessions.set(name, known);
    return known;
  };
  let runsCpuMs = 0;
  return {
    ...below(product),
    toldCpuMs: () => runsCpuMs,
    async ready(program, lanes) {
      for (let lane = 0; lane < lanes; lane += lanesPerSession) await sessionFor(program, lane);
    },
    async run(program, lane) {
      const timing = await timedRun("ours-server", await sessionFor(program, lane), program);
      runsCpuMs += timing.cpuMs;
      return timing;
    },
    mostLanes: 16,
  };
}

const below = (product: StartedProduct): Pick<Target, "hold" | "uses" | typeof Symbol.asyncDispose> => ({
  async hold(program) {
    const session = await openWith(product, program);
    await session.stay();
    await timedRun("ours-server", session, program);
  },
  uses: { kind: "server", pid: product.pid },
  [Symbol.asyncDispose]: () => product[Symbol.asyncDispose](),
});

async function openWith(product: StartedProduct, program: Program): Promise<ProductSession> {
  const session = await signIn(product);
  await session.warm(program.source);
  return session;
}

interface RunTiming extends Timing {
  /** What the product says that the run's own processes used, from when they entered their control group. */
  readonly cpuMs: number;
}

async function timedRun(who: string, session: ProductSession, program: Program): Promise<RunTiming> {
  let text = "";
  let firstByteMs = NaN;
  const begun = performance.now();
  const { cpuMs } = await session.run(program.source, {
    output(part) {
      if (text === "") firstByteMs = performance.now() - begun;
      text += part;
    },
  });
  const exitMs = performance.now() - begun;
  check(who, program, text);
  return { firstByteMs, exitMs, cpuMs: cpuMs ?? 0 };
}
