/** Reads the target of a request line into one canonical path and its query, or refuses it: nobody downstream decodes a path again. */
import { done, refused, type Result } from "../../contract/failures.ts";

export interface RequestTarget {
  /** Begins with "/", holds no escapes, no empty or dot segments. */
  readonly path: string;
  readonly query: URLSearchParams;
}

const longest = 8 * 1024;
/** RFC 3986 `pchar` without escapes: no address of ours needs one, and two spellings of one path are an attack. */
const plainPath = /^(?:\/[A-Za-z0-9\-._~!$&'()*+,;=:@]*)+$/;
const dotSegment = /\/\.{1,2}(?:\/|$)/;
/** What may stand in a query as browsers write it: printable ASCII. */
const plainQuery = /^[!-~]*$/;

/** `raw` is the target as it stood in the request line; the error is a sentence. */
export function readTarget(raw: string): Result<RequestTarget, string> {
  if (raw.length > longest) return refused("The address is too long.");
  if (!raw.startsWith("/")) return refused("The request line must hold a path, not a whole address.");
  if (raw.includes("#")) return refused("The address may not hold a fragment.");
  const mark = raw.indexOf("?");
  const path = mark === -1 ? raw : raw.slice(0, mark);
  if (!isPlainPath(path))
    return refused("The path holds characters or segments that this server does not use.");
  const query = readQuery(mark === -1 ? "" : raw.slice(mark + 1));
  return query.ok ? done({ path, query: query.value }) : query;
}

/** True for a path in its one canonical spelling. */
export function isPlainPath(path: string): boolean {
  return plainPath.test(path) && !path.includes("//") && !dotSegment.test(path);
}

function readQuery(text: string): Result<URLSearchParams, string> {
  if (!plainQuery.test(text)) return refused("The query holds characters that must be escaped.");
  let plain: string;
  try {
    plain = decodeURIComponent(text);
  } catch {
    return refused("The query holds a broken escape.");
  }
  if (plain.includes("\0")) return refused("The query may not hold NUL.");
  return done(new URLSearchParams(text));
}
