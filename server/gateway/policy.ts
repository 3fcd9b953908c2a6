/** Decides whether a program's request may go on to OpenRouter: only what is on the list, and nothing that can be read two ways. */
import { findAllowed } from "./allowed-paths.ts";
import { headerValues } from "./headers.ts";

export interface RequestFacts {
  readonly method: string;
  /** The request target as it stood in the request line. */
  readonly target: string;
  /** Name, value, name, value … as they came. */
  readonly rawHeaders: readonly string[];
}

export type Verdict =
  | { readonly allowed: true; readonly withKey: boolean; readonly costs: boolean }
  | {
      readonly allowed: false;
      readonly status: number;
      readonly message: string;
      /** The user could allow it. */
      readonly managesAccount?: true;
    };

const refuse = (status: number, message: string): Verdict => ({ allowed: false, status, message });

/** More pairs than the parser hands over were cut off, so the request can't be judged. */
export const maxHeaders = 500;

/** `mayManage`: the user lets programs use the paths that manage the account. */
export function judge(request: RequestFacts, mayManage = false): Verdict {
  const unclear = ambiguity(request);
  if (unclear !== null) return unclear;
  const path = pathOf(request.target);
  const allowed = findAllowed(request.method === "OPTIONS" ? "GET" : request.method, path);
  if (allowed === null) return refuse(403, notAllowed(path));
  if (allowed !== "wrong-method" && allowed.access === "account" && !mayManage)
    return { allowed: false, status: 403, message: managesAccount(path), managesAccount: true };
  if (request.method === "OPTIONS") return { allowed: true, withKey: false, costs: false };
  if (allowed === "wrong-method") return refuse(405, `Method Not Allowed: ${request.method} ${shown(path)}`);
  const credential = credentialOf(request.rawHeaders);
  if (allowed.access === "never-key") return { allowed: true, withKey: false, costs: false };
  if (allowed.access === "open" && credential !== "good")
    return { allowed: true, withKey: false, costs: false };
  if (credential === "good") return { allowed: true, withKey: true, costs: allowed.costs };
  // OpenRouter's own words for the same mistakes (reference/openrouter-api.md, 2.12).
  if (credential === "none") return refuse(401, "Missing Authentication header");
  return refuse(401, credential === "blank" ? "No auth credentials found" : "User not found.");
}

export const pathOf = (target: string): string => target.split("?", 1)[0] ?? "";

const breaks = /[\0\r\n]/;

function ambiguity(request: RequestFacts): Verdict | null {
  const { target, rawHeaders } = request;
  const values = (name: string): readonly string[] => headerValues(rawHeaders, name);
  const bad = (message: string): Verdict => refuse(400, `Bad Request: ${message}`);

  if (rawHeaders.length / 2 >= maxHeaders) return refuse(431, `More than ${maxHeaders} headers were sent.`);
  if (rawHeaders.some((text) => breaks.test(text))) return bad("a header holds a line break or NUL.");
  if (!target.startsWith("/")) return bad("the request target must be a path.");
  const path = pathOf(target);
  if (/[^\x21-\x7e]|[\\#]/.test(target)) return bad("the address holds a character that must be encoded.");
  if (/%(?![0-9a-f]{2})/i.test(path)) return bad("the path holds a broken percent-encoding.");
  if (/%(?:2f|5c|2e|25|[01][0-9a-f]|7f)/i.test(path))
    return bad("the path hides a slash, dot or control character.");
  if (/\/\/|\/\.{1,2}(?:\/|$)/.test(path)) return bad("the path holds an empty or dotted segment.");

  const hosts = values("host");
  if (hosts.length !== 1) return bad("exactly one Host header is needed.");
  if (!/^openrouter\.ai(?::443)?$/i.test(hosts[0] ?? ""))
    return refuse(421, "Only openrouter.ai can be reached from here.");

  const lengths = values("content-length");
  const codings = values("transfer-encoding");
  if (lengths.length + codings.length > 1) return bad("the body's length is told twice.");
  if (lengths.some((length) => !/^\d{1,15}$/.test(length))) return bad("the body's length is not a number.");
  if (codings.some((coding) => coding.toLowerCase() !== "chunked")) return bad("unknown transfer coding.");
  if (values("authorization").length > 1 || values("x-api-key").length > 1)
    return bad("a credential is sent twice.");
  return null;
}

/** The placeholder's shape is checked, so that a program with a mangled key fails as it would outside; it is never trusted. */
function credentialOf(rawHeaders: readonly string[]): "good" | "none" | "blank" | "garbled" {
  const [authorization] = headerValues(rawHeaders, "authorization");
  const [apiKey] = headerValues(rawHeaders, "x-api-key");
  if (authorization === undefined && apiKey === undefined) return "none";
  const bearer = /^bearer(?:\s+(.*))?$/i.exec(authorization ?? "");
  const keys = [bearer?.[1]?.trim() ?? "", apiKey?.trim() ?? ""].filter((key) => key !== "");
  if (keys.some((key) => /^sk-or-v1-[0-9a-f]{64}$/.test(key))) return "good";
  return keys.length === 0 ? "blank" : "garbled";
}

const shown = (path: string): string => (path.length > 200 ? `${path.slice(0, 200)}…` : path);

const notAllowed = (path: string): string =>
  `${shown(path)} can't be used from a program here: only inference, the model catalogue, and what the key itself may know.`;

const managesAccount = (path: string): string =>
  `${shown(path)} manages the OpenRouter account, which programs here may not do. ` +
  "You can allow it under “What programs may reach” in this IDE's menu.";
