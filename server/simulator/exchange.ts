/** What a surface of the simulator is given, what it may answer, and the world that all surfaces share. */
import type { Clock } from "../clock.ts";
import type { ApiError, Skin } from "./errors.ts";
import type { FreeCounters } from "./free-counters.ts";
import type { Generations } from "./generations.ts";
import type { KeyRow, Keys } from "./keys.ts";
import type { LoginCodes } from "./login-codes.ts";
import type { ResponseCache } from "./response-cache.ts";
import type { Script } from "./stream.ts";

/** How long things take, in ms; both ends of a range are drawn at times. All zero in tests. */
export interface Pace {
  readonly firstTokenMs: readonly [number, number];
  readonly chunkMs: readonly [number, number];
  /** How long `simulator/stream-stall` keeps silent. */
  readonly stallMs: number;
  /** `/generation` answers 404 this long after a reply ended. */
  readonly generationDelayMs: number;
}

export const realPace: Pace = {
  firstTokenMs: [150, 250],
  chunkMs: [20, 30],
  stallMs: 60_000,
  generationDelayMs: 700,
};

export const instantPace: Pace = { firstTokenMs: [0, 0], chunkMs: [0, 0], stallMs: 0, generationDelayMs: 0 };

/** A film that was asked for. */
export interface Film {
  readonly keyHash: string;
  readonly doneAt: number;
  readonly cost: number;
}

export interface World {
  /** By job id, the newest 1,000. */
  readonly films: Map<string, Film>;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly keys: Keys;
  readonly generations: Generations;
  readonly cache: ResponseCache;
  readonly freeCounters: FreeCounters;
  readonly loginCodes: LoginCodes;
  /** The next id of the kind `gen-<unix s>-<20 alphanumerics>`. */
  readonly nextGenerationId: () => string;
}

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The named parts of the route's path. */
  readonly parts: Readonly<Record<string, string>>;
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
  /** The body as JSON; undefined where the route takes none. */
  readonly json: unknown;
  /** Who asks; only routes that anyone may use see null. */
  readonly caller: KeyRow | null;
  /** The generation's id, also of a request that fails. */
  readonly id: string;
}

export type Reply =
  | {
      readonly kind: "json";
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      /** How long the answer takes. */
      readonly afterMs?: number;
    }
  | {
      readonly kind: "text";
      readonly status: number;
      readonly type: string;
      readonly text: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "bytes";
      readonly type: string;
      readonly bytes: Uint8Array;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "stream"; readonly headers: Readonly<Record<string, string>>; readonly script: Script }
  | {
      readonly kind: "refusal";
      readonly error: ApiError;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** `anyone`: no key needed. `key`: any valid key. `inference`: one that may ask models. `management`: an admin's. */
export type Access = "anyone" | "key" | "inference" | "management";

export interface Surface {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Parts that start with a colon are named: "/api/v1/model/:author/:slug". */
  readonly path: string;
  readonly access: Access;
  /** How errors are worded; "chat" where nothing else is said. */
  readonly skin?: Skin;
  readonly takesJson?: true;
  readonly answer: (world: World, exchange: Exchange) => Reply;
}

export const json = (body: unknown, status = 200): Reply => ({ kind: "json", status, body });
export const refuse = (error: ApiError): Reply => ({ kind: "refusal", error });

export const badRequest = (message: string): ApiError => ({
  status: 400,
  message,
  errorType: "invalid_request",
});
export const notFound = (message: string): ApiError => ({ status: 404, message, errorType: "not_found" });
