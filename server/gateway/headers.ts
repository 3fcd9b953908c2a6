/** Which headers go on, in which direction, and which are recorded. Order and spelling stay as they came. */
import { secretHeaders } from "../../contract/secret-headers.ts";

/** Name, value, name, value … as Node hands them over. */
export type RawHeaders = readonly string[];

/** They concern one connection only (RFC 9110, 7.6.1), and each side of the gateway has its own. */
const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
];

/** The program's credentials are placeholders, and what steers proxies and servers is not the program's to say. */
const keptFromUpstream: ReadonlySet<string> = new Set([
  ...hopByHop,
  "host",
  "expect",
  "authorization",
  "x-api-key",
  "api-key",
  "cookie",
  "openai-organization",
  "openai-project",
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-real-ip",
  "x-http-method-override",
  "x-method-override",
  "x-original-url",
  "x-rewrite-url",
]);

const keptFromProgram: ReadonlySet<string> = new Set(hopByHop);

/** The program's headers as they go on; those that `Connection` names stay behind too. */
export const forUpstream = (raw: RawHeaders): string[] => without(raw, keptFromUpstream);

/** The reply's headers as the program gets them. */
export const forProgram = (raw: RawHeaders): string[] => without(raw, keptFromProgram);

/** Pairs for the record: no credential, no cookie. */
export const forRecording = (raw: RawHeaders): (readonly [string, string])[] =>
  pairs(raw).filter(([name]) => !secretHeaders.has(name.toLowerCase()));

/** Every value under that name (given in lower case), in order. */
export function headerValues(raw: RawHeaders, name: string): readonly string[] {
  const values: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) if (isNamed(raw[i], name)) values.push(raw[i + 1] ?? "");
  return values;
}

const isNamed = (key: string | undefined, name: string): boolean =>
  key?.length === name.length && (key === name || key.toLowerCase() === name);

/** Of a header that stands once: its value in lower case without surrounding blanks, "" when there is none. */
export const headerWord = (raw: RawHeaders, name: string): string =>
  (headerValues(raw, name)[0] ?? "").trim().toLowerCase();

function without(raw: RawHeaders, names: ReadonlySet<string>): string[] {
  // A `Connection: content-length` must not make the body's end unclear.
  const named = headerValues(raw, "connection").flatMap((value) =>
    value
      .split(",")
      .map((name) => name.trim().toLowerCase())
      .filter((name) => !name.startsWith("content-")),
  );
  const kept: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name = "", value = ""] = [raw[i], raw[i + 1]];
    const lower = name.toLowerCase();
    if (!names.has(lower) && !named.includes(lower)) kept.push(name, value);
  }
  return kept;
}

function pairs(raw: RawHeaders): (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) found.push([raw[i] ?? "", raw[i + 1] ?? ""]);
  return found;
}
