/** Recognises what a client library sends again by itself: the same request from the same call of the library, after an error. */

export interface Retries {
  /**
   * The number of the first try, or null when it is none. `call` names the library's call, `same` is equal for equal
   * requests.
   */
  begin(call: string, same: string, number: number): number | null;
  /** It came to an end of which a library may try again. */
  failed(number: number): void;
}

interface Try {
  readonly number: number;
  readonly first: number;
  readonly same: string;
}

/** Calls of libraries that are remembered, and failed tries; the oldest of more are forgotten. */
const kept = 1_000;

/** What the SDKs and urllib3 try again: https://github.com/openai/openai-python (`_should_retry`). */
export const isRetried = (status: number): boolean =>
  status === 408 || status === 409 || status === 429 || status >= 500;

export function createRetries(): Retries {
  const last = new Map<string, Try>();
  const failed = new Set<number>();
  return {
    begin(call, same, number) {
      const before = last.get(call);
      const isRetry = before !== undefined && before.same === same && failed.has(before.number);
      const first = isRetry ? before.first : number;
      last.delete(call);
      last.set(call, { number, first, same });
      forgetOldest(last, kept);
      return isRetry ? first : null;
    },
    failed(number) {
      failed.add(number);
      forgetOldest(failed, kept);
    },
  };
}

function forgetOldest(known: Map<string, Try> | Set<number>, most: number): void {
  for (const key of known.keys()) {
    if (known.size <= most) return;
    (known as Set<string | number>).delete(key);
  }
}
