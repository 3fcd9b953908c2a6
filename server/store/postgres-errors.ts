/** What PostgreSQL's error codes and the network's mean to us. Source: appendix A of PostgreSQL's manual. */
import type { RefusalName } from "./refusals.ts";

const network = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  "EPIPE",
  "EACCES",
]);

/** By the code's first two characters, unless the whole code is named. */
const meanings: Readonly<Record<string, RefusalName>> = {
  "08": "unreachable",
  "57": "unreachable",
  "28": "sign-in-refused",
  "3D000": "missing",
  "42501": "no-rights",
  "25006": "no-rights",
  "53100": "full",
  "53": "unreachable",
  "58": "unreachable",
  XX: "corrupt",
};

function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

/** Null for an error that is a fault of the statement, not of the database. */
export function postgresRefusal(error: unknown): RefusalName | null {
  const code = codeOf(error);
  if (code === null) return isLostConnection(error) ? "unreachable" : null;
  if (network.has(code)) return "unreachable";
  return meanings[code] ?? (code.length === 5 ? (meanings[code.slice(0, 2)] ?? null) : null);
}

/** Rolled back whole by the database because of another transaction: doing it again is right. */
export const isContention = (error: unknown): boolean => ["40001", "40P01"].includes(codeOf(error) ?? "");

/** pg gives these no code, so their words are all there is (pg 8.23, pg-pool 3.x; held by tests). */
function isLostConnection(error: unknown): boolean {
  return error instanceof Error && /connection|timeout|not queryable|Cannot use a pool/i.test(error.message);
}
