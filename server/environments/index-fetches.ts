/** Passes an installer's requests on to the package index, counts and lists what came, and says what went wrong on the way. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline, Transform } from "node:stream";
import { limits } from "../../contract/limits.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { explainDial, type IndexDialer } from "./index-dialer.ts";
import { allowedHost, bare, portOf, type PackageIndex } from "../package-index.ts";

export interface Fetch {
  readonly url: string;
  readonly bytes: number;
  readonly ms: number;
}

export interface FetchesParts {
  readonly index: PackageIndex;
  readonly dialer: IndexDialer;
  readonly clock: Clock;
  readonly log: Log;
  /** Something in the list is new. */
  changed(): void;
}

export interface Fetches {
  /** In order; what is under way is among them with what came so far. */
  list(): readonly Fetch[];
  /** The first thing that went wrong, as a sentence. */
  trouble(): string | null;
  /** True when the index has a page of that project. */
  hasProject(name: string): boolean;
  /** Answers an installer's request for `url`. */
  relay(url: URL, request: IncomingMessage, response: ServerResponse): void;
  /** Answers that it can't be had. */
  fail(says: string, response: ServerResponse, status: number): void;
}

const passedOn = ["accept", "accept-encoding", "range", "if-range"];
const passedBack = [
  "content-type",
  "content-length",
  "content-encoding",
  "content-range",
  "accept-ranges",
  "etag",
  "last-modified",
  "location",
];

export function createFetches(parts: FetchesParts): Fetches {
  const { index, dialer, clock } = parts;
  const entries: { url: string; bytes: number; ms: number }[] = [];
  const pages = new Set<string>();
  let trouble: string | null = null;
  let allBytes = 0;

  const fail = (says: string, response: ServerResponse, status: number): void => {
    trouble ??= says;
    if (response.headersSent) return void response.destroy();
    response
      .writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" })
      .end(says);
  };

  /** Counts what passes, and breaks off when it is too much. */
  const counter = (count: (bytes: number) => void): Transform =>
    new Transform({
      transform(chunk: Buffer, _encoding, passOn) {
        count(chunk.length);
        if ((allBytes += chunk.length) <= limits.installationFetchBytes) return passOn(null, chunk);
        trouble ??= `It fetched more than ${limits.installationFetchBytes / 2 ** 30} GiB.`;
        passOn(new Error("too much"));
      },
    });

  const answer = (
    url: URL,
    reply: IncomingMessage,
    response: ServerResponse,
    tell: (more: number) => void,
  ): void => {
    const status = reply.statusCode ?? 502;
    const strange = strangeRedirect(reply.headers.location, url, index);
    if (strange !== null) {
      reply.resume();
      return fail(`${url.host} leads on to ${strange}. ${notAllowed(strange)}`, response, 502);
    }
    if (status === 200) pages.add(url.pathname);
    if (status >= 500) trouble ??= `${url.host} has trouble of its own (it answered ${status}).`;
    if (status === 401 || status === 403)
      trouble ??= `${url.host} wants a name and a password (it answered ${status}).`;
    const kept = passedBack.flatMap((name) => {
      const value = reply.headers[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    response.writeHead(status, Object.fromEntries(kept));
    pipeline(reply, counter(tell), response, (error) => {
      tell(0);
      // The installer's own leaving is no trouble of the index.
      if (error != null && !response.destroyed) trouble ??= explainDial(error, url.host);
      if (error != null) parts.log.debug({ err: error, url: url.href }, "a fetch broke off");
    });
  };

  return {
    list: () => entries.map((entry) => ({ ...entry })),
    trouble: () => trouble,
    hasProject: (name) => pages.has(`${index.url.pathname.replace(/\/$/, "")}/${name}/`),
    fail,
    relay(url, request, response) {
      request.resume();
      if (request.method !== "GET" && request.method !== "HEAD")
        return fail("A package index is only read from.", response, 405);
      const headers = Object.fromEntries(
        passedOn.flatMap((name) => {
          const value = request.headers[name];
          return value === undefined ? [] : [[name, value] as const];
        }),
      );
      const upstream = dialer.request(request.method, url, headers);
      if (upstream === null) return fail(notAllowed(url.host), response, 403);
      const entry = { url: url.href, bytes: 0, ms: 0 };
      const startedAt = clock.monotonic();
      if (entries.length < limits.installationFetches) entries.push(entry);
      response.on("close", () => upstream.destroy());
      upstream.on("error", (error) => {
        if (!response.destroyed) fail(explainDial(error, url.host), response, 502);
      });
      upstream.on("response", (reply) =>
        answer(url, reply, response, (more) => {
          entry.bytes += more;
          entry.ms = Math.round(clock.monotonic() - startedAt);
          parts.changed();
        }),
      );
      upstream.end();
    },
  };
}

export const notAllowed = (host: string): string =>
  `${host} is not one of the package index's hosts; the operator can name it in --package-index.`;

/** The host that a redirect leads to, when it isn't one of the index's. */
function strangeRedirect(location: string | undefined, from: URL, index: PackageIndex): string | null {
  if (location === undefined) return null;
  const to = URL.parse(location, from.href);
  if (to === null) return "nowhere";
  return allowedHost(index, bare(to.hostname), portOf(to)) === null ? to.host : null;
}
