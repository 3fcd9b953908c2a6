/** Counts requests to free models: 20 a minute, and 50 or 1,000 a UTC day by whether credit was ever bought. */
import type { ApiError } from "./errors.ts";
import { utcDay, type KeyRow } from "./keys.ts";

const perMinute = 20;
const perDay = { never: 50, bought: 1_000 };
/** Accounts counted at once; past this the one that asked longest ago starts anew. */
const accounts = 10_000;

export interface FreeCounters {
  /** Counts one request; a refusal when the minute's or the day's are used up (then it is not counted). */
  take(row: KeyRow, now: number): ApiError | null;
  usedToday(row: KeyRow, now: number): { limit: number; used: number; remaining: number };
}

interface Counter {
  minute: number;
  inMinute: number;
  day: string;
  inDay: number;
}

export function createFreeCounters(): FreeCounters {
  const counters = new Map<string, Counter>();

  function counterOf(row: KeyRow, now: number): Counter {
    const minute = Math.floor(now / 60_000);
    const day = utcDay(now);
    const counter = counters.get(row.hash) ?? { minute, inMinute: 0, day, inDay: 0 };
    if (counter.minute !== minute) Object.assign(counter, { minute, inMinute: 0 });
    if (counter.day !== day) Object.assign(counter, { day, inDay: 0 });
    return counter;
  }

  return {
    take(row, now) {
      const counter = counterOf(row, now);
      const daily = row.isFreeTier ? perDay.never : perDay.bought;
      if (counter.inDay >= daily)
        return spent(row.isFreeTier ? "per-day" : "per-day-high-balance", daily, nextDay(now));
      if (counter.inMinute >= perMinute) return spent("per-min", perMinute, (counter.minute + 1) * 60_000);
      counter.inDay += 1;
      counter.inMinute += 1;
      counters.delete(row.hash);
      counters.set(row.hash, counter);
      const [oldest] = counters.keys();
      if (counters.size > accounts && oldest !== undefined) counters.delete(oldest);
      return null;
    },
    usedToday(row, now) {
      const limit = row.isFreeTier ? perDay.never : perDay.bought;
      const used = counterOf(row, now).inDay;
      return { limit, used, remaining: limit - used };
    },
  };
}

const nextDay = (now: number): number => (Math.floor(now / 86_400_000) + 1) * 86_400_000;

function spent(which: string, limit: number, resetMs: number): ApiError {
  const headers = {
    "X-RateLimit-Limit": String(limit),
    "X-RateLimit-Remaining": "0",
    "X-RateLimit-Reset": String(resetMs),
  };
  const advice = which === "per-day" ? ". Add 10 credits to unlock 1000 free model requests per day" : "";
  return {
    status: 429,
    message: `Rate limit exceeded: free-models-${which}${advice}`,
    errorType: "rate_limit_exceeded",
    metadata: {
      headers,
      limit_source: which === "per-min" ? "openrouter_free_tier_per_minute" : "openrouter_free_tier_daily",
    },
    headers,
  };
}
