/** Queues and sets of marks whose cost per step stays the same when a hostile program fills them. Pure. */

/** First in, first out; `Array#shift` would move every element of a long queue. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #from = 0;

  push(item: T): void {
    this.#items.push(item);
  }

  first(): T | undefined {
    return this.#items[this.#from];
  }

  last(): T | undefined {
    return this.#items.length > this.#from ? this.#items.at(-1) : undefined;
  }

  shift(): void {
    if (this.#from === this.#items.length) return;
    this.#items[this.#from] = undefined;
    this.#from += 1;
    if (this.#from * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#from);
    this.#from = 0;
  }
}

/** Remembers at least the last `count` names, and at most twice as many. */
export class RecentNames {
  readonly #count: number;
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(count: number) {
    this.#count = count;
  }

  add(name: string): void {
    this.#young.add(name);
    if (this.#young.size < this.#count) return;
    this.#old = this.#young;
    this.#young = new Set();
  }

  has(name: string): boolean {
    return this.#young.has(name) || this.#old.has(name);
  }

  /** True when it was there. */
  delete(name: string): boolean {
    const wasYoung = this.#young.delete(name);
    return this.#old.delete(name) || wasYoung;
  }
}
