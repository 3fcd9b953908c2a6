/** Counts how often a run sends the very same request: a retry storm or a loop shows by it. */
import { hash } from "node:crypto";

export interface Repeated {
  /** How many earlier ones were the same. */
  readonly earlier: number;
  /** Equal for equal requests. */
  readonly name: string;
}

export interface Repeats {
  count(method: string, path: string, body: Uint8Array): Repeated;
}

/** A path has no blank in it, so a name can be read one way only. */
const longestKept = 100;

/** One entry a different request; a run makes no more than `limits.callsPerRun` of them. */
export function createRepeats(): Repeats {
  const seen = new Map<string, number>();
  return {
    count(method, path, body) {
      const place = path.length <= longestKept ? path : hash("sha256", path, "base64");
      const name = `${method} ${place} ${hash("sha256", body, "base64")}`;
      const earlier = seen.get(name) ?? 0;
      seen.set(name, earlier + 1);
      return { earlier, name };
    },
  };
}
