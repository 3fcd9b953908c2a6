/** The keys that the simulator knows, what each may do, and what each has used. */
import { createHash } from "node:crypto";
import type { Clock } from "../clock.ts";
import { drawHex } from "./chance.ts";
import type { ApiError } from "./errors.ts";
import { usdNumber, type PicoUsd } from "./prices.ts";

const repeated = (word: string): string => `sk-or-v1-${word.repeat(8)}`;

/** Keys that are always in one state, for trying how a program meets it. Every other well-formed key simply works. */
export const knownKeys = {
  /** Nobody has it: 401 "User not found." */
  unknown: repeated("deadbeef"),
  disabled: repeated("d15ab1ed"),
  expired: repeated("0bd01e7e"),
  /** Its own spending cap is reached: 403. */
  capped: repeated("ca99edca"),
  /** Its account's balance is negative: 402, free models included. */
  outOfCredit: repeated("0badc4ed"),
  /** Its account has $0.001 left: 402 for requests that could cost more. */
  lowCredit: repeated("10cc4ed1"),
  /** An account that never bought credit: 50 free requests a day. */
  freeTier: repeated("f4eef4ee"),
  /** For the admin endpoints only. */
  management: repeated("ad314ad3"),
} as const;

export type KeyState = "ok" | "disabled" | "expired" | "capped" | "out-of-credit" | "management" | "unknown";

export interface KeyRow {
  readonly key: string;
  readonly hash: string;
  name: string;
  state: KeyState;
  limit: PicoUsd | null;
  limitReset: "daily" | "weekly" | "monthly" | null;
  /** What its account can still spend; null is plenty. */
  balance: PicoUsd | null;
  readonly isFreeTier: boolean;
  /** Made through `POST /keys`, so it is listed and can be changed. */
  readonly managed: boolean;
  readonly createdAt: number;
  updatedAt: number;
  readonly expiresAt: number | null;
  usage: PicoUsd;
  /** Spending by UTC day ("2026-11-24"), the last 31 days that had any. */
  readonly usageByDay: Map<string, PicoUsd>;
}

const shape = /^sk-or-v1-[0-9a-f]{64}$/;
/** Rows of keys that merely turned up; past this the one that turned up first is forgotten. */
const remembered = 2_000;
/** Keys made through the API; past this making one is refused. */
const managedKeys = 500;

export const isKeyShaped = (text: string): boolean => shape.test(text);
export const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex");
export const labelOf = (key: string): string => `${key.slice(0, 12)}...${key.slice(-3)}`;

export interface Keys {
  /** Whose request this is, by its Authorization (or x-api-key) header; a refusal with OpenRouter's wording. */
  identify(authorization: string | undefined, apiKey: string | undefined): KeyRow | ApiError;
  charge(row: KeyRow, pico: PicoUsd): void;
  /** A new key, or null when there are too many. */
  make(wish: {
    name: string;
    limit: PicoUsd | null;
    limitReset: KeyRow["limitReset"];
    expiresAt: number | null;
  }): KeyRow | null;
  managed(): readonly KeyRow[];
  remove(row: KeyRow): void;
  totalUsage(): PicoUsd;
}

/** `only`: the one key that is accepted beside those made through the API; all others are unknown. */
export function createKeys(options: { clock: Clock; seed: string; only: string | null }): Keys {
  const { clock, seed, only } = options;
  const rows = new Map<string, KeyRow>();
  let total: PicoUsd = 0n;
  let made = 0;

  const row = (key: string, more: Partial<KeyRow> = {}): KeyRow => ({
    key,
    hash: hashOf(key),
    name: "simulated key",
    state: "ok",
    limit: null,
    limitReset: null,
    balance: null,
    isFreeTier: false,
    managed: false,
    createdAt: clock.now(),
    updatedAt: clock.now(),
    expiresAt: null,
    usage: 0n,
    usageByDay: new Map(),
    ...more,
  });

  const seeded: Record<string, Partial<KeyRow>> = only === null
    ? {
        [knownKeys.unknown]: { state: "unknown" },
        [knownKeys.disabled]: { state: "disabled" },
        [knownKeys.expired]: { state: "expired" },
        [knownKeys.capped]: { state: "capped", limit: 10n ** 12n, usage: 10n ** 12n },
        [knownKeys.outOfCredit]: { state: "out-of-credit", balance: -(10n ** 10n) },
        [knownKeys.lowCredit]: { balance: 10n ** 9n },
        [knownKeys.freeTier]: { isFreeTier: true },
        [knownKeys.management]: { state: "management" },
      }
    : {};

  function find(key: string): KeyRow | null {
    const known = rows.get(key);
    if (known) return known;
    if (only !== null && key !== only) return null;
    if (rows.size >= remembered + managedKeys) forgetOldest();
    const fresh = row(key, seeded[key]);
    rows.set(key, fresh);
    return fresh;
  }

  function forgetOldest(): void {
    for (const [key, old] of rows) {
      if (old.managed) continue;
      rows.delete(key);
      return;
    }
  }

  return {
    identify(authorization, apiKey) {
      if (authorization === undefined && apiKey === undefined)
        return unauthorized("Missing Authentication header");
      const key =
        authorization === undefined ? apiKey?.trim() : /^Bearer\s+(.*)$/i.exec(authorization)?.[1]?.trim();
      if (key === undefined || key === "") return unauthorized("No cookie auth credentials found");
      // In a test the one accepted key may have any shape: whoever chose it meant exactly that text.
      if (!isKeyShaped(key) && key !== only) return unauthorized("No auth credentials found");
      const found = find(key);
      if (!found || found.state === "unknown") return unauthorized("User not found.");
      if (found.state === "disabled") return unauthorized("API key is disabled");
      if (found.state === "expired" || (found.expiresAt !== null && clock.now() >= found.expiresAt))
        return unauthorized("API key has expired");
      return found;
    },

    charge(charged, pico) {
      charged.usage += pico;
      total += pico;
      if (charged.balance !== null) charged.balance -= pico;
      const day = utcDay(clock.now());
      charged.usageByDay.set(day, (charged.usageByDay.get(day) ?? 0n) + pico);
      const [oldest] = charged.usageByDay.keys();
      if (charged.usageByDay.size > 31 && oldest !== undefined) charged.usageByDay.delete(oldest);
    },

    make(wish) {
      if ([...rows.values()].filter((known) => known.managed).length >= managedKeys) return null;
      made += 1;
      const fresh = row(`sk-or-v1-${drawHex(`${seed} key ${made}`)}`, { ...wish, managed: true });
      rows.set(fresh.key, fresh);
      return fresh;
    },

    managed: () => [...rows.values()].filter((known) => known.managed),
    remove: (gone) => void rows.delete(gone.key),
    totalUsage: () => total,
  };
}

/** Whether `found` is a key's row rather than a refusal. */
export const isRow = (found: KeyRow | ApiError): found is KeyRow => "hash" in found;

export const utcDay = (unixMs: number): string => new Date(unixMs).toISOString().slice(0, 10);

/** Spending since the UTC day, week (from Monday) or month began, and in all. */
export function usageOf(row: KeyRow, now: number): Record<"total" | "daily" | "weekly" | "monthly", PicoUsd> {
  const today = new Date(now);
  const monday = utcDay(now - ((today.getUTCDay() + 6) % 7) * 86_400_000);
  const month = utcDay(now).slice(0, 7);
  const since = (first: string): PicoUsd =>
    [...row.usageByDay].filter(([day]) => day >= first).reduce((sum, [, pico]) => sum + pico, 0n);
  return {
    total: row.usage,
    daily: since(utcDay(now)),
    weekly: since(monday),
    monthly: since(`${month}-01`),
  };
}

/** What is left of the key's own cap, null when it has none. */
export function limitRemaining(row: KeyRow, now: number): PicoUsd | null {
  if (row.limit === null) return null;
  const usage = usageOf(row, now);
  const left = row.limit - (row.limitReset === null ? usage.total : usage[row.limitReset]);
  return left > 0n ? left : 0n;
}

/** Why this key may not ask a model now, or null. */
export function refusalToInfer(row: KeyRow, now: number): ApiError | null {
  if (row.state === "management") {
    return {
      status: 403,
      message:
        "Management keys cannot be used for inference. Create an API key at https://openrouter.ai/settings/keys",
      errorType: "permission_denied",
    };
  }
  if (row.state === "capped" || limitRemaining(row, now) === 0n) {
    const which = row.limitReset ?? "total";
    return {
      status: 403,
      message: `Key limit exceeded (${which} limit). Manage it using https://openrouter.ai/settings/keys`,
      errorType: "permission_denied",
    };
  }
  if (row.balance !== null && row.balance <= 0n) {
    return {
      status: 402,
      message: "Insufficient credits. Add more using https://openrouter.ai/settings/credits",
      errorType: "payment_required",
      metadata: { limit_source: "openrouter_credits" },
    };
  }
  return null;
}

/** A key as `/keys` lists it. */
export function keyWire(row: KeyRow, now: number): Record<string, unknown> {
  const usage = usageOf(row, now);
  const left = limitRemaining(row, now);
  return {
    hash: row.hash,
    name: row.name,
    label: labelOf(row.key),
    disabled: row.state === "disabled",
    limit: row.limit === null ? null : usdNumber(row.limit),
    limit_remaining: left === null ? null : usdNumber(left),
    limit_reset: row.limitReset,
    include_byok_in_limit: false,
    usage: usdNumber(usage.total),
    usage_daily: usdNumber(usage.daily),
    usage_weekly: usdNumber(usage.weekly),
    usage_monthly: usdNumber(usage.monthly),
    byok_usage: 0,
    byok_usage_daily: 0,
    byok_usage_weekly: 0,
    byok_usage_monthly: 0,
    created_at: new Date(row.createdAt).toISOString(),
    updated_at: new Date(row.updatedAt).toISOString(),
    expires_at: row.expiresAt === null ? null : new Date(row.expiresAt).toISOString(),
    creator_user_id: userIdOf(row),
    workspace_id: null,
  };
}

/** The account that a key belongs to; the simulator has one per key. */
export const userIdOf = (row: KeyRow): string => `user_simulated_${row.hash.slice(0, 12)}`;

const unauthorized = (message: string): ApiError => ({ status: 401, message, errorType: null });
