/**
 * What a run wrote, numbered and bounded: the log is the buffer, no reader is. The newest part stays in memory, all of it
 * goes to the store in groups; past the limits the middle gives way to a stated gap.
 */
import type { Stream } from "../../contract/events.ts";
import type { LogStream, OutputChunk } from "../store/run-store.ts";
import { incompleteTail } from "./utf8-boundary.ts";

export interface OutputLimits {
  /** The first so many bytes are always kept. */
  readonly headBytes: number;
  /** And the last so many; what falls between is dropped, oldest first. */
  readonly tailBytes: number;
  /** Bytes that may wait for the store before the program is held back. */
  readonly waitingBytes: number;
  /** The newest bytes that are served without asking the store. */
  readonly memoryBytes: number;
  /** One stored group at most, and how long its first byte may wait for company, ms. */
  readonly groupBytes: number;
  readonly groupMs: number;
}

export const defaultOutputLimits = {
  waitingBytes: 4 * 2 ** 20,
  memoryBytes: 2 ** 20,
  groupBytes: 2 ** 20,
  groupMs: 100,
} as const satisfies Partial<OutputLimits>;

/** Where the log keeps what memory does not: the store's three output methods, bound to one run. */
export interface OutputShelf {
  append(chunks: readonly OutputChunk[]): Promise<void>;
  read(after: number, maxBytes: number): Promise<readonly OutputChunk[]>;
  drop(from: number, to: number): Promise<void>;
}

export interface OutputLogOptions {
  readonly limits: OutputLimits;
  readonly shelf: OutputShelf;
  readonly now: () => number;
  /** Draws the run's next event number. */
  readonly nextNumber: () => number;
  /** Called after new chunks can be read. */
  readonly grew: () => void;
  /** The store failed: output still flows to those who watch, but is no longer kept. */
  readonly failed: (error: unknown) => void;
}

/** A gap stands in the log as a chunk without bytes. */
export const isGap = (chunk: OutputChunk): boolean => chunk.bytes.length === 0;

export class OutputLog {
  readonly #options: OutputLogOptions;
  /** The newest chunks, oldest first; those from `#waitingFrom` on are not stored yet. */
  #memory: OutputChunk[] = [];
  #memoryBytes = 0;
  /** False: memory holds all there ever was. */
  #hasForgotten = false;
  #waiting: OutputChunk[] = [];
  #waitingBytes = 0;
  /** Numbers and sizes of the kept tail, oldest first, for dropping. */
  #tail: { readonly n: number; readonly size: number }[] = [];
  #tailBytes = 0;
  #headBytes = 0;
  #gap: { readonly first: number; through: number } | null = null;
  /** Bytes that are not yet a chunk: at most one stream's at a time, plus the beginnings of characters. */
  #open: { stream: Stream; parts: Uint8Array[]; size: number } | null = null;
  readonly #partial: Record<Stream, Uint8Array> = { stdout: new Uint8Array(0), stderr: new Uint8Array(0) };
  #sealing = false;
  #storing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #room: (() => void)[] = [];
  #broken = false;
  outputBytes = 0;
  droppedBytes = 0;

  constructor(options: OutputLogOptions) {
    this.#options = options;
  }

  /** Takes bytes as they came; a promise asks the caller to wait before it brings more. */
  append(stream: Stream, bytes: Uint8Array): void | Promise<void> {
    if (bytes.length === 0) return;
    this.outputBytes += bytes.length;
    if (this.#open !== null && this.#open.stream !== stream) this.seal();
    this.#open ??= { stream, parts: [], size: 0 };
    this.#open.parts.push(bytes);
    this.#open.size += bytes.length;
    if (this.#open.size >= 64 * 1024) this.seal();
    else if (!this.#sealing) {
      this.#sealing = true;
      // What the program wrote within one turn of the event loop becomes one chunk.
      setImmediate(() => {
        this.#sealing = false;
        this.seal();
      });
    }
    if (this.#waitingBytes < this.#options.limits.waitingBytes) return;
    return new Promise((resolve) => this.#room.push(resolve));
  }

  /** Chunks with n > after in order, at least one when there is one, about `maxBytes` of them. */
  async read(after: number, maxBytes: number): Promise<readonly OutputChunk[]> {
    const oldest = this.#memory[0];
    if (oldest === undefined || !this.#hasForgotten || after >= oldest.n - 1)
      return take(this.#memory, after, maxBytes);
    // `#gap` tells what a reader behind it will miss: the marker itself may be behind the reader already.
    const gap = this.#gap;
    if (gap !== null && after > gap.first && after < gap.through) {
      const marker: OutputChunk = {
        n: gap.through,
        at: this.#options.now(),
        stream: "stdout",
        bytes: new Uint8Array(0),
      };
      return [marker];
    }
    const stored = await this.#options.shelf.read(after, maxBytes);
    return stored.length > 0 ? stored : take(this.#memory, after, maxBytes);
  }

  /** The server's own words in their place between what the program wrote; not counted as output. Never empty. */
  note(text: string): void {
    this.seal();
    this.#add("note", Buffer.from(text, "utf8"));
  }

  /** Begins to store what waits for company: none comes. */
  store(): void {
    this.seal();
    void this.#store();
  }

  /** Seals what is open and stores everything; later appends are a bug. */
  async end(): Promise<void> {
    for (const stream of ["stdout", "stderr"] as const) {
      this.seal();
      const rest = this.#partial[stream];
      this.#partial[stream] = new Uint8Array(0);
      if (rest.length > 0) this.#add(stream, rest);
    }
    while (this.#waiting.length > 0) await this.#store();
  }

  /** Ends the chunk that is being gathered: what is numbered next comes after it. */
  seal(): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    const bytes = join([this.#partial[open.stream], ...open.parts]);
    const tail = incompleteTail(bytes);
    this.#partial[open.stream] = bytes.slice(bytes.length - tail);
    if (bytes.length > tail) this.#add(open.stream, bytes.subarray(0, bytes.length - tail));
  }

  #add(stream: LogStream, bytes: Uint8Array): void {
    const chunk: OutputChunk = { n: this.#options.nextNumber(), at: this.#options.now(), stream, bytes };
    this.#memory.push(chunk);
    this.#memoryBytes += bytes.length;
    this.#forgetOldest();
    if (!this.#broken) {
      this.#waiting.push(chunk);
      this.#waitingBytes += bytes.length;
      if (this.#waitingBytes >= this.#options.limits.groupBytes) void this.#store();
      else this.#timer ??= setTimeout(() => void this.#store(), this.#options.limits.groupMs);
    }
    this.#options.grew();
  }

  /** Memory keeps its share, and in any case what the store does not have yet. */
  #forgetOldest(): void {
    let stored = this.#memory.length - this.#waiting.length;
    let forget = 0;
    while (this.#memoryBytes > this.#options.limits.memoryBytes && stored > 1) {
      this.#memoryBytes -= this.#memory[forget]?.bytes.length ?? 0;
      forget++;
      stored--;
    }
    if (forget === 0) return;
    this.#hasForgotten = true;
    this.#memory.splice(0, forget);
  }

  #store(): Promise<void> {
    this.#storing ??= this.#storeGroup().finally(() => {
      this.#storing = null;
      if (this.#waitingBytes >= this.#options.limits.groupBytes) void this.#store();
    });
    return this.#storing;
  }

  async #storeGroup(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const group = take(this.#waiting, 0, this.#options.limits.groupBytes);
    if (group.length === 0) return;
    try {
      await this.#options.shelf.append(group);
      await this.#makeRoom(group);
    } catch (error) {
      this.#broken = true;
      this.#waiting = [];
      this.#waitingBytes = 0;
      this.#letIn();
      this.#options.failed(error);
      return;
    }
    this.#waiting.splice(0, group.length);
    for (const chunk of group) this.#waitingBytes -= chunk.bytes.length;
    if (this.#waiting.length > 0)
      this.#timer ??= setTimeout(() => void this.#store(), this.#options.limits.groupMs);
    this.#letIn();
  }

  #letIn(): void {
    if (this.#waitingBytes >= this.#options.limits.waitingBytes) return;
    const room = this.#room;
    this.#room = [];
    for (const resolve of room) resolve();
  }

  /** Counts the stored group towards head or tail, and drops the oldest of the tail when it is over its share. */
  async #makeRoom(group: readonly OutputChunk[]): Promise<void> {
    const { headBytes, tailBytes } = this.#options.limits;
    for (const { n, bytes } of group) {
      if (this.#tail.length === 0 && this.#headBytes + bytes.length <= headBytes)
        this.#headBytes += bytes.length;
      else {
        this.#tail.push({ n, size: bytes.length });
        this.#tailBytes += bytes.length;
      }
    }
    let count = 0;
    while (this.#tailBytes > tailBytes && count < this.#tail.length - 1) {
      const size = this.#tail[count]?.size ?? 0;
      this.#tailBytes -= size;
      this.droppedBytes += size;
      count++;
    }
    const gone = this.#tail.splice(0, count);
    const first = gone[0];
    const last = gone.at(-1);
    if (first === undefined || last === undefined) return;
    await this.#options.shelf.drop(first.n, last.n);
    if (this.#gap === null) {
      this.#gap = { first: first.n, through: last.n };
      await this.#options.shelf.append([
        { n: first.n, at: this.#options.now(), stream: "stdout", bytes: new Uint8Array(0) },
      ]);
    } else this.#gap.through = last.n;
  }
}

function take(chunks: readonly OutputChunk[], after: number, maxBytes: number): readonly OutputChunk[] {
  const from = chunks.findIndex((chunk) => chunk.n > after);
  if (from === -1) return [];
  let size = 0;
  let to = from;
  while (to < chunks.length && (to === from || size < maxBytes)) size += chunks[to++]?.bytes.length ?? 0;
  return chunks.slice(from, to);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}
