/** Reads DATABASE_URL: which of the two databases, and where. */
import { done, refused, type Result } from "../../contract/failures.ts";
import { refusal, type StoreRefusal } from "./refusals.ts";

export type DatabaseAddress =
  /** `path` as it was written (relative to the working directory when not absolute), or ":memory:". */
  | { readonly kind: "sqlite"; readonly path: string }
  /** `shown` is what may be printed: no user, no password. */
  | { readonly kind: "postgres"; readonly url: string; readonly shown: string };

export type DatabaseKind = DatabaseAddress["kind"];

export function parseDatabaseUrl(text: string): Result<DatabaseAddress, StoreRefusal> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === "sqlite") return parseSqlite(text.slice("sqlite:".length));
  if (scheme === "postgres" || scheme === "postgresql") return parsePostgres(text);
  // Only the scheme is repeated: what follows it may hold a password.
  return refused(refusal("unknown-url", scheme === undefined ? "(without a scheme)" : `${scheme}:…`));
}

/** `sqlite:notes.db`, `sqlite:/abs/notes.db`, `sqlite:///abs/notes.db`, `sqlite::memory:`; a host is not a path. */
function parseSqlite(rest: string): Result<DatabaseAddress, StoreRefusal> {
  const path = rest.startsWith("///") ? rest.slice(2) : rest;
  const isPath = path !== "" && !path.startsWith("//") && !path.endsWith("/") && !path.includes("\0");
  if (!isPath || (path.startsWith(":") && path !== ":memory:"))
    return refused(refusal("unknown-url", `sqlite:${rest}`));
  return done({ kind: "sqlite", path });
}

function parsePostgres(text: string): Result<DatabaseAddress, StoreRefusal> {
  const url = URL.parse(text);
  if (url === null) return refused(refusal("unknown-url", "postgres:…"));
  const host = url.searchParams.get("host") ?? (url.hostname || "localhost");
  const port = url.port || url.searchParams.get("port") || "5432";
  const name = decodeURIComponent(url.pathname.slice(1)) || "(the user's own)";
  return done({ kind: "postgres", url: text, shown: `${name} at ${host}:${port}` });
}
