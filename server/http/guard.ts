/** The first thing that any request or upgrade meets: decides from its line and headers alone whether it is one for us. Pure. */
import { done, refused, type Refusal, type Result } from "../../contract/failures.ts";
import { resultFrame, routes, type Route } from "../../contract/routes.ts";
import { cookieName, cookieValue, cookieValues } from "./cookies.ts";
import { fitsPurpose, type Purpose } from "./fetch-metadata.ts";
import { readForwarded, type Forwarded, type Trusted } from "./forwarded.ts";
import { normalHost } from "./hosts.ts";
import { readTarget } from "./request-target.ts";

/** A request as the parser gave it. */
export interface Knock {
  readonly method: string;
  /** The target as it stood in the request line. */
  readonly url: string;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly peerAddress: string;
  readonly isUpgrade: boolean;
}

export interface GuardPolicy {
  readonly hosts: ReadonlySet<string>;
  readonly basePath: string;
  readonly trusted: Trusted;
  readonly instanceId: string;
}

/** A request that passed. Whoever answers it reads path, query and cookie from here and nowhere else. */
export interface Admitted {
  readonly method: string;
  /** Below the base path. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** As the browser sees it: "" or "/ide". */
  readonly basePath: string;
  readonly secure: boolean;
  readonly clientAddress: string;
  /** The session cookie, when it has the right shape. */
  readonly cookie: string | null;
}

const mostHeaders = 100;
/** Twice is never an accident: two readers may each take another one. */
const onlyOnce = ["host", "origin", "content-type", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"];
const readingMethods = new Set(["GET", "HEAD", "OPTIONS"]);
const jsonType = /^application\/json(?:\s*;\s*charset="?utf-8"?)?$/i;

export function judge(knock: Knock, policy: GuardPolicy): Result<Admitted> {
  const headers = readHeaders(knock.rawHeaders);
  if (!headers.ok) return headers;
  const header = (name: string): string | null => headers.value.get(name) ?? null;

  const target = readTarget(knock.url);
  if (!target.ok) return badRequest(target.error);
  const forwarded = readForwarded(knock.peerAddress, header, policy.trusted);
  if (!forwarded.ok) return badRequest(forwarded.error);
  const host = judgeHost(header("host"), forwarded.value, policy.hosts);
  if (!host.ok) return host;
  const place = placeOf(target.value.path, forwarded.value.prefix, policy.basePath);
  if (place === null) return refused({ code: "not-found" });

  const purpose = purposeOf(knock, place.path);
  const from = judgeSource(purpose, `${forwarded.value.scheme}://${host.value}`, header);
  if (!from.ok) return from;
  const body = judgeBody(purpose, header);
  if (!body.ok) return body;

  const secure = forwarded.value.scheme === "https";
  const name = cookieName({ instanceId: policy.instanceId, secure, basePath: place.basePath });
  const cookies = cookieValues(header("cookie") ?? "", name);
  if (cookies.length > 1) return badRequest("The session cookie came twice; delete this site's cookies.");
  const cookie = cookies[0] ?? "";
  return done({
    method: knock.method,
    path: place.path,
    query: target.value.query,
    basePath: place.basePath,
    secure,
    clientAddress: forwarded.value.clientAddress,
    cookie: cookieValue.test(cookie) ? cookie : null,
  });
}

const badRequest = (says: string): { readonly ok: false; readonly error: Refusal } =>
  refused({ code: "bad-request", says, hint: "Only a plain request of a browser or client is answered." });

function readHeaders(raw: readonly string[]): Result<ReadonlyMap<string, string>> {
  if (raw.length > 2 * mostHeaders) return badRequest(`More than ${mostHeaders} header fields.`);
  const headers = new Map<string, string>();
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] ?? "").toLowerCase();
    const value = raw[i + 1] ?? "";
    const before = headers.get(name);
    if (before !== undefined && onlyOnce.includes(name)) return badRequest(`The header ${name} came twice.`);
    headers.set(name, before === undefined ? value : `${before}${name === "cookie" ? ";" : ","}${value}`);
  }
  return done(headers);
}

/** Behind a trusted proxy both names count: the one the proxy was asked for, and the one it asked us for. */
function judgeHost(said: string | null, forwarded: Forwarded, known: ReadonlySet<string>): Result<string> {
  const direct = normalHost(said ?? "", forwarded.host === null ? forwarded.scheme : "http");
  const asked = forwarded.host === null ? direct : normalHost(forwarded.host, forwarded.scheme);
  if (direct === null || asked === null)
    return badRequest("The request names no host, or one that can't be.");
  return known.has(direct) && known.has(asked) ? done(asked) : refused({ code: "wrong-host" });
}

/** Below which base path the request stands; null when outside. A proxy that names its prefix may have taken it off. */
function placeOf(
  path: string,
  prefix: string | null,
  basePath: string,
): { readonly path: string; readonly basePath: string } | null {
  const base = prefix ?? basePath;
  if (base === "") return { path, basePath: "" };
  if (path === base) return { path: "/", basePath: base };
  if (path.startsWith(`${base}/`)) return { path: path.slice(base.length), basePath: base };
  return prefix === null ? null : { path, basePath: base };
}

/** Routes whose reply is no JSON: an element of our page may ask for them. */
const bytesPaths = (Object.values(routes) as readonly Route[])
  .filter(({ output }) => output === "bytes")
  .map(({ path }) => new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`));

function purposeOf(knock: Knock, path: string): Purpose {
  if (knock.isUpgrade) return "socket";
  if (!readingMethods.has(knock.method)) return "change";
  if (path === resultFrame.path) return "frame";
  if (bytesPaths.some((pattern) => pattern.test(path))) return "bytes";
  return path === "/api" || path.startsWith("/api/") ? "read" : "document";
}

function judgeSource(
  purpose: Purpose,
  ownOrigin: string,
  header: (name: string) => string | null,
): Result<undefined> {
  const origin = header("origin");
  const needsOrigin = purpose === "change" || purpose === "socket";
  if (origin === null ? needsOrigin : origin !== ownOrigin)
    return refused({ code: "wrong-origin", ...advice(origin, ownOrigin) });
  const said = {
    site: header("sec-fetch-site"),
    mode: header("sec-fetch-mode"),
    dest: header("sec-fetch-dest"),
  };
  return fitsPurpose(purpose, said) ? done(undefined) : refused({ code: "wrong-origin" });
}

/** Names the two set-ups that people meet: a client that sends no Origin, and a TLS proxy that is not named as trusted. */
function advice(origin: string | null, own: string): { readonly says?: string; readonly hint?: string } {
  if (origin === null)
    return { says: "The request names no origin.", hint: `Send the header Origin: ${own}` };
  if (origin === own.replace(/^http:/, "https:")) {
    return {
      says: "The page came by https, the request reached this server by http.",
      hint: "Name the proxy in front as trusted, and let it send X-Forwarded-Proto.",
    };
  }
  return {};
}

function judgeBody(purpose: Purpose, header: (name: string) => string | null): Result<undefined> {
  const expected = header("expect");
  if (expected !== null && expected.toLowerCase() !== "100-continue")
    return badRequest("That can't be expected here.");
  const length = header("content-length");
  const hasBody = header("transfer-encoding") !== null || (length !== null && length !== "0");
  if (purpose !== "change") {
    return hasBody ? badRequest("A request that only reads may not have a body.") : done(undefined);
  }
  const type = header("content-type");
  if (type === null ? hasBody : !jsonType.test(type)) return refused({ code: "wrong-content-type" });
  return done(undefined);
}
