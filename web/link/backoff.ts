/** How long to wait before the next try to reach the server. Pure. */

const firstMs = 250;
const mostMs = 8_000;

/** Doubles from 250 ms to 8 s; `chance` (0 to 1) spreads it over the upper half, so that many pages don't come at once. */
export function retryDelayMs(failures: number, chance: number): number {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(failures, 16));
  return Math.round(whole * (0.5 + chance / 2));
}
