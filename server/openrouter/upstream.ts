/** Port: sends one request to OpenRouter (or the simulator) and streams the reply back, bytes untouched. */
import type { Readable } from "node:stream";
import type { Result } from "../../contract/failures.ts";

export interface UpstreamRequest {
  readonly method: string;
  /** Path with query as the program sent it, already allowed by the gateway's policy: "/api/v1/chat/completions". */
  readonly path: string;
  /** Name, value, name, value … in the program's order, without hop-by-hop, host, authorization and cookie headers. */
  readonly rawHeaders: readonly string[];
  /** The program showed a credential, so the key is added; false only where OpenRouter answers without one. */
  readonly withKey: boolean;
  /** All of the body, or its bytes as the program sends them; null for none. */
  readonly body: Uint8Array | Readable | null;
  /** Aborting closes the connection upstream at once. */
  readonly signal: AbortSignal;
}

export interface UpstreamReply {
  readonly status: number;
  readonly statusText: string;
  readonly rawHeaders: readonly string[];
  readonly body: ReplyBody;
}

/** Nothing of it comes before it is read, and it must be read or dropped. */
export interface ReplyBody {
  /** Once. What the reader is called with comes later, never within this. */
  read(reader: BodyReader): void;
  /** A chunk or two that are here already may still come. */
  pause(): void;
  resume(): void;
  /** Closes the connection upstream, unless the reply has come whole; the reader hears no more. */
  drop(): void;
}

export interface BodyReader {
  /** Bytes as soon as they are here; what came in one piece over the wire comes in one. Never empty. */
  chunk(bytes: Buffer): void;
  /** Called once, or the other: the reply was whole; it broke off, with a sentence. */
  end(): void;
  broken(message: string): void;
}

export interface UpstreamFailure {
  readonly code: "unreachable" | "timed-out" | "aborted" | "bad-reply" | "no-key";
  /** For the program and the page; never holds a key. */
  readonly message: string;
}

export interface Upstream {
  readonly simulated: boolean;
  /** A request may come soon: what can be done ahead of it is. */
  warm(): void;
  send(request: UpstreamRequest): Promise<Result<UpstreamReply, UpstreamFailure>>;
}
