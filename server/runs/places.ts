/** Places for running at once: bounded for the server and for each owner, handed out fairly. */

export interface PlaceLimits {
  readonly perOwner: number;
  readonly perServer: number;
  /** Waiting of one owner; more are refused. */
  readonly waitingPerOwner: number;
}

interface Waiter {
  readonly owner: string;
  readonly take: () => void;
}

export class Places {
  readonly #limits: PlaceLimits;
  readonly #running = new Map<string, number>();
  readonly #arriving = new Map<string, number>();
  #total = 0;
  #waiting: Waiter[] = [];

  constructor(limits: PlaceLimits) {
    this.#limits = limits;
  }

  /**
   * For a run that will claim a place as soon as it is written down: it counts as waiting until the value is called. Null when
   * the owner may not even wait. However many come at once, no more get in than there is room for.
   */
  enter(owner: string): (() => void) | null {
    const arriving = this.#arriving.get(owner) ?? 0;
    const waiting = this.#waiting.filter((waiter) => waiter.owner === owner).length;
    const own = this.#limits.perOwner - (this.#running.get(owner) ?? 0);
    const free = Math.max(0, Math.min(own, this.#limits.perServer - this.#total));
    if (waiting + arriving >= this.#limits.waitingPerOwner + free) return null;
    add(this.#arriving, owner, 1);
    let arrives = true;
    return () => {
      if (arrives) add(this.#arriving, owner, -1);
      arrives = false;
    };
  }

  /**
   * Resolves with the way to give the place back once there is one; with null when `signal` aborts first. Among those who
   * wait, the owner with the fewest running comes first, then who waited longest.
   */
  claim(owner: string, signal: AbortSignal): Promise<(() => void) | null> {
    if (signal.aborted) return Promise.resolve(null);
    return new Promise((resolve) => {
      const giveUp = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
        resolve(null);
      };
      const waiter: Waiter = {
        owner,
        take: () => {
          signal.removeEventListener("abort", giveUp);
          resolve(this.#occupy(owner));
        },
      };
      signal.addEventListener("abort", giveUp, { once: true });
      this.#waiting.push(waiter);
      this.#handOut();
    });
  }

  #occupy(owner: string): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#count(owner, -1);
      this.#handOut();
    };
  }

  #handOut(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const chosen = next;
      this.#waiting = this.#waiting.filter((other) => other !== chosen);
      this.#count(chosen.owner, 1);
      chosen.take();
    }
  }

  #next(): Waiter | undefined {
    if (this.#total >= this.#limits.perServer) return undefined;
    const running = (waiter: Waiter): number => this.#running.get(waiter.owner) ?? 0;
    return this.#waiting
      .filter((waiter) => running(waiter) < this.#limits.perOwner)
      .reduce<Waiter | undefined>(
        (best, waiter) => (best === undefined || running(waiter) < running(best) ? waiter : best),
        undefined,
      );
  }

  #count(owner: string, by: 1 | -1): void {
    this.#total += by;
    add(this.#running, owner, by);
  }
}

/** Who has none is not kept. */
function add(counts: Map<string, number>, owner: string, by: 1 | -1): void {
  const count = (counts.get(owner) ?? 0) + by;
  if (count === 0) counts.delete(owner);
  else counts.set(owner, count);
}
