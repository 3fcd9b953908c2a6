/** Knows which owners have a page open, so that interpreters do not wait for somebody who is gone. */
import type { OwnerId } from "../../contract/ids.ts";

/** An interpreter waits this long for an owner who has no page open. */
const awayMs = 5 * 60_000;

/** How the event sockets tell of owners; `came` and `left` take turns. */
export interface Presence {
  /** The owner's first socket has opened. */
  came(owner: OwnerId): void;
  /** The owner's last socket has closed. */
  left(owner: OwnerId): void;
}

export interface AttentionParts {
  /** Whether the owner has a run that is queued or under way. */
  readonly isBusy: (owner: OwnerId) => boolean;
  /** Called when the owner has been away for `awayMs` and has nothing under way. */
  readonly forget: (owner: OwnerId) => void;
  /** `setTimeout`, unless a test beats the time. Answers how to stop. */
  readonly later?: (ms: number, act: () => void) => () => void;
}

export class Attention implements Presence {
  readonly #parts: AttentionParts;
  readonly #here = new Set<OwnerId>();
  readonly #leaving = new Map<OwnerId, () => void>();

  constructor(parts: AttentionParts) {
    this.#parts = parts;
  }

  came(owner: OwnerId): void {
    this.#here.add(owner);
    this.#stay(owner);
  }

  left(owner: OwnerId): void {
    this.#here.delete(owner);
    this.used(owner);
  }

  /** Something was asked for this owner, who may have no page open: the time begins anew. */
  used(owner: OwnerId): void {
    this.#stay(owner);
    if (this.#here.has(owner)) return;
    const later = this.#parts.later ?? inTime;
    this.#leaving.set(
      owner,
      later(awayMs, () => {
        this.#leaving.delete(owner);
        if (this.#parts.isBusy(owner)) this.used(owner);
        else this.#parts.forget(owner);
      }),
    );
  }

  close(): void {
    for (const owner of this.#leaving.keys()) this.#stay(owner);
  }

  #stay(owner: OwnerId): void {
    this.#leaving.get(owner)?.();
    this.#leaving.delete(owner);
  }
}

function inTime(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms);
  timer.unref();
  return () => clearTimeout(timer);
}
