/** HAR 1.2 as its specification has it (http://www.softwareishard.com/blog/har-12-spec/): tests hold our files against it. */
import * as z from "zod/mini";

const time = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/));
const ms = z.number().check(z.gte(0));
/** -1: does not apply. */
const maybeMs = z.number().check(z.gte(-1));
const bytes = z.int().check(z.gte(-1));

type Shape = Readonly<Record<string, z.ZodMiniType>>;

/** Anything may have a comment; names of one's own begin with `_`; other names are mistakes. */
function har<S extends Shape>(shape: S): z.ZodMiniType {
  return z.pipe(
    z.record(z.string(), z.unknown()),
    z.pipe(
      z.transform((all: Record<string, unknown>) =>
        Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith("_"))),
      ),
      z.strictObject({ ...shape, comment: z.optional(z.string()) }),
    ),
  );
}

const pair = har({ name: z.string(), value: z.string() });

const entry = har({
  pageref: z.optional(z.string()),
  startedDateTime: time,
  time: ms,
  request: har({
    method: z.string().check(z.minLength(1)),
    url: z.url(),
    httpVersion: z.string(),
    cookies: z.array(pair),
    headers: z.array(pair),
    queryString: z.array(pair),
    postData: z.optional(har({ mimeType: z.string(), text: z.string() })),
    headersSize: bytes,
    bodySize: bytes,
  }),
  response: har({
    status: z.int(),
    statusText: z.string(),
    httpVersion: z.string(),
    cookies: z.array(pair),
    headers: z.array(pair),
    content: har({
      size: z.int(),
      compression: z.optional(z.int()),
      mimeType: z.string(),
      text: z.optional(z.string()),
      encoding: z.optional(z.literal("base64")),
    }),
    redirectURL: z.string(),
    headersSize: bytes,
    bodySize: bytes,
  }),
  cache: har({}),
  timings: har({
    blocked: maybeMs,
    dns: maybeMs,
    connect: maybeMs,
    ssl: maybeMs,
    send: ms,
    wait: ms,
    receive: ms,
  }),
  serverIPAddress: z.optional(z.string()),
  connection: z.optional(z.string()),
});

const document = har({
  log: har({
    version: z.literal("1.2"),
    creator: har({ name: z.string(), version: z.string() }),
    browser: z.optional(har({ name: z.string(), version: z.string() })),
    pages: z.array(
      har({
        startedDateTime: time,
        id: z.string(),
        title: z.string(),
        pageTimings: har({ onContentLoad: maybeMs, onLoad: maybeMs }),
      }),
    ),
    entries: z.array(entry),
  }),
});

/** As much of it as our tests look at. */
export interface Har {
  readonly log: {
    readonly pages: readonly { readonly id: string; readonly title: string }[];
    readonly entries: readonly HarEntry[];
  };
}

export interface HarEntry {
  readonly pageref: string;
  readonly time: number;
  readonly timings: Readonly<Record<string, number>>;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly { readonly name: string; readonly value: string }[];
    readonly queryString: readonly { readonly name: string; readonly value: string }[];
    readonly postData?: { readonly mimeType: string; readonly text: string; readonly _base64?: string };
  };
  readonly response: {
    readonly status: number;
    readonly content: {
      readonly size: number;
      readonly compression?: number;
      readonly text: string;
      readonly encoding?: string;
      readonly comment?: string;
    };
    readonly _error?: string;
  };
  readonly _events: readonly { readonly atMs: number; readonly kind: string; readonly text: string }[];
  readonly _eventSourceMessages?: readonly {
    readonly time: number;
    readonly eventName: string;
    readonly data: string;
  }[];
  readonly _openrouter: Readonly<Record<string, unknown>>;
}

/** Reads a file of ours; throws with each place that the specification does not know. */
export function readHar(text: string): Har {
  const parsed: unknown = JSON.parse(text);
  const checked = z.safeParse(document, parsed);
  if (!checked.success) throw new Error(z.prettifyError(checked.error));
  const { log } = parsed as Har;
  for (const { time, timings, pageref } of log.entries) {
    const whole = Object.values(timings)
      .filter((part) => part !== -1)
      .reduce((sum, part) => sum + part, 0);
    if (Math.abs(whole - time) > 1e-6) throw new Error(`the timings add up to ${whole}, not to ${time}`);
    if (!log.pages.some(({ id }) => id === pageref)) throw new Error(`there is no page ${pageref}`);
  }
  return parsed as Har;
}
