/**
 * Who makes the namespaces of runs here: tried once, before the first. An interpreter inside bubblewrap that may make them serves
 * every run with a fork; where the kernel or its policy refuses that, bubblewrap makes them and its interpreter serves one run.
 */
import { randomBytes } from "node:crypto";
import { done, type Result } from "../../contract/failures.ts";
import type { Log } from "../log.ts";
import type { Way } from "./bwrap-arguments.ts";
import { isNestingRefused } from "./launch-troubles.ts";
import { makeMark } from "./mark-scanner.ts";
import { discard } from "./running-job.ts";
import type { JobLimits, Nesting } from "./sandbox.ts";
import type { Spawner, ZygoteOrder } from "./spawner-port.ts";
import { closeHandle } from "./spawner.ts";

/** Resolves with what is so; again and again the same, once it is known. */
export function decideNesting(parts: {
  readonly asked: Way | "auto";
  /** Makes a sandbox in this way and takes it down again; the error is why there was none. */
  readonly attempt: (way: Way) => Promise<Result<null, string>>;
  readonly log: Log;
}): () => Promise<Nesting> {
  const { asked, attempt, log } = parts;
  if (asked !== "auto") {
    const told: Nesting = { way: asked, says: `${inWords[asked]}, as the operator chose.` };
    return () => Promise.resolve(told);
  }

  async function decide(): Promise<Nesting> {
    const nested = await attempt("nested");
    if (nested.ok) return { way: "nested", says: `${inWords.nested}.` };
    // Whatever else failed would fail in either way, and runs are refused for it in its own words.
    if (isNestingRefused(nested.error) && (await attempt("single-use")).ok) {
      const why = nested.error.trim().split("\n").at(-1);
      return { way: "single-use", says: `${inWords["single-use"]}: nothing inside may make any (${why}).` };
    }
    decided = null; // it may be mended before the next run
    return { way: "nested", says: `Not known yet: ${nested.error.trim().split("\n").at(-1)}` };
  }

  const begin = async (): Promise<Nesting> => {
    const found = await decide();
    log.info({ nesting: found.way, says: found.says }, "how sandboxes are made");
    return found;
  };
  let decided: Promise<Nesting> | null = begin();
  return () => (decided ??= begin());
}

const inWords: Readonly<Record<Way, string>> = {
  nested: "nested: each run is forked from a waiting interpreter, into namespaces that it makes itself",
  "single-use":
    "single-use: bubblewrap makes each run's namespaces, and each waiting interpreter serves one run",
};

/** One sandbox without a program in it, made and taken down again. */
export async function tryOut(
  spawner: Spawner,
  order: ZygoteOrder,
  limits: JobLimits,
): Promise<Result<null, string>> {
  const zygote = spawner.zygote(order);
  try {
    const ready = await zygote.ready;
    if (!ready.ok) return { ok: false, error: ready.error.kind === "ended" ? ready.error.says : "unsafe" };
    const { memoryBytes, processes } = limits;
    const forked = await zygote.fork({ mark: makeMark(randomBytes(15)), memoryBytes, processes });
    if (!forked.ok) return forked;
    const listener = await forked.value.listener;
    if (listener.ok) closeHandle(listener.value);
    await discard(forked.value);
    return listener.ok ? done(null) : listener;
  } finally {
    zygote.drop();
    await zygote.ended;
  }
}
