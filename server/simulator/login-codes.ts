/** Codes of the PKCE login: each swaps once for a key, within ten minutes, by whoever knows the verifier. */
import { createHash } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { ApiError } from "./errors.ts";
import { drawAlphanumeric } from "./chance.ts";
import type { PicoUsd } from "./prices.ts";

const lifetimeMs = 10 * 60_000;
/** Codes waiting; past this the oldest is forgotten. */
const kept = 1_000;

export interface CodeWish {
  readonly challenge: string | null;
  readonly method: "S256" | "plain" | null;
  readonly limit: PicoUsd | null;
  readonly label: string;
}

export interface LoginCodes {
  make(wish: CodeWish): string;
  /** Uses the code up, whatever comes out. */
  redeem(code: string, verifier: string | null, method: string | null): CodeWish | ApiError;
}

export function createLoginCodes(clock: Clock, seed: string): LoginCodes {
  const codes = new Map<string, { wish: CodeWish; endsAt: number }>();
  let made = 0;
  return {
    make(wish) {
      made += 1;
      const code = `auth_code_${drawAlphanumeric(24, `${seed} code ${made}`)}`;
      codes.set(code, { wish, endsAt: clock.now() + lifetimeMs });
      const [oldest] = codes.keys();
      if (codes.size > kept && oldest !== undefined) codes.delete(oldest);
      return code;
    },
    redeem(code, verifier, method) {
      const entry = codes.get(code);
      if (!entry) return forbidden("Invalid code or code_verifier");
      if (method !== null && entry.wish.method !== null && method !== entry.wish.method)
        return { status: 400, message: "Invalid code_challenge_method", errorType: "invalid_request" };
      codes.delete(code);
      if (clock.now() >= entry.endsAt) return forbidden("Authorization code expired");
      if (!answers(verifier, entry.wish)) return forbidden("Invalid code or code_verifier");
      return entry.wish;
    },
  };
}

function answers(verifier: string | null, wish: CodeWish): boolean {
  if (wish.challenge === null) return true;
  if (verifier === null) return false;
  if (wish.method === "S256")
    return createHash("sha256").update(verifier).digest("base64url") === wish.challenge;
  return verifier === wish.challenge;
}

const forbidden = (message: string): ApiError => ({ status: 403, message, errorType: "permission_denied" });
