/** Counts how often a run sends the very same request: a retry storm or a loop shows by it. */
import { createHash } from "node:crypto";

export interface Repeated {
  /** How many earlier ones were the same. */
  readonly earlier: number;
  /** Equal for equal requests. */
  readonly name: string;
}

export interface Repeats {
  count(method: string, path: string, body: Uint8Array): Repeated;
}

/** One entry a different request; a run makes no more than `limits.callsPerRun` of them. */
export function createRepeats(): Repeats {
  const seen = new Map<string, number>();
  return {
    count(method, path, body) {
      const hash = createHash("sha256").update(`${method} ${path}\n`).update(body).digest("base64");
      const earlier = seen.get(hash) ?? 0;
      seen.set(hash, earlier + 1);
      return { earlier, name: hash };
    },
  };
}
