/** How times, money and sizes are written on the page. Pure: the moment "now" comes in as an argument. */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration in ms as "84 ms", "2.53 s", "12.4 s" or "3 min 05 s"; null is "–". */
export function formatDuration(ms: number | null): string {
  if (ms === null) return "–";
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_995) return `${(ms / second).toFixed(2)} s`;
  if (ms < 99_950) return `${(ms / second).toFixed(1)} s`;
  const seconds = Math.round(ms / second);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

/**
 * Decimal USD text with all its digits, at least six after the point below a dollar and two from there on:
 * "0.0041" is "$0.004100". Null is "unknown", never zero.
 */
export function formatUsd(usd: string | null): string {
  if (usd === null) return "unknown";
  const { sign, whole, fraction } = parts(usd);
  const shown = fraction.replace(/0+$/, "").padEnd(whole === "0" && /[1-9]/.test(fraction) ? 6 : 2, "0");
  return `${sign}$${whole}.${shown}`;
}

/** For a tight place, rounded half up to two significant digits, at least two after the point: "$0.0042", "$12.40". */
export function formatUsdShort(usd: string | null): string {
  if (usd === null) return "unknown";
  const { sign, whole, fraction } = parts(usd);
  const firstDigit = fraction.search(/[1-9]/);
  const keep = whole !== "0" || firstDigit < 0 ? 2 : Math.max(2, firstDigit + 2);
  const scaled = BigInt(whole + fraction.padEnd(keep + 1, "0").slice(0, keep + 1));
  const rounded = String((scaled + 5n) / 10n).padStart(keep + 1, "0");
  return `${sign}$${rounded.slice(0, -keep)}.${rounded.slice(-keep)}`;
}

/** Adds decimal texts exactly; unknown ones are left out, so say beside the sum how many there were. */
export function sumUsd(amounts: readonly (string | null)[]): string {
  const known = amounts.filter((amount) => amount !== null).map(parts);
  const places = Math.max(0, ...known.map(({ fraction }) => fraction.length));
  const total = known.reduce(
    (sum, { sign, whole, fraction }) => sum + BigInt(sign + whole + fraction.padEnd(places, "0")),
    0n,
  );
  const digits = String(total < 0n ? -total : total).padStart(places + 1, "0");
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return total < 0n ? `-${text}` : text;
}

function parts(usd: string): { sign: "" | "-"; whole: string; fraction: string } {
  const negative = usd.startsWith("-");
  const [whole = "0", fraction = ""] = usd.slice(negative ? 1 : 0).split(".");
  return { sign: negative ? "-" : "", whole: whole.replace(/^0+(?=\d)/, ""), fraction };
}

const sizes = ["B", "KiB", "MiB", "GiB"] as const;

/** "812 B", "1.4 KiB", "48 MiB". */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1023.95 && unit < sizes.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${bytes} B` : `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${sizes[unit]}`;
}

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** A count with thousands parted from five digits on: "1056", "128,000"; null is "–". */
export function formatCount(count: number | null): string {
  if (count === null) return "–";
  return count < 10_000 ? String(count) : grouped.format(count);
}

/** How long ago an instant was, in a word or two: "now", "12 min", "3 h", "yesterday", "Tue", "18 Nov", "18 Nov 2024". */
export function formatAgo(instant: string, now: number): string {
  const then = new Date(instant);
  const age = now - then.getTime();
  if (age < minute) return "now";
  if (age < hour) return `${Math.floor(age / minute)} min`;
  const today = new Date(now);
  if (sameDay(then, today)) return `${Math.floor(age / hour)} h`;
  if (sameDay(then, new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1))) return "yesterday";
  if (age < 6 * day) return then.toLocaleDateString("en", { weekday: "short" });
  const date = `${then.getDate()} ${then.toLocaleDateString("en", { month: "short" })}`;
  return then.getFullYear() === today.getFullYear() ? date : `${date} ${then.getFullYear()}`;
}

function sameDay(one: Date, other: Date): boolean {
  return one.toDateString() === other.toDateString();
}

/** Unix ms as the clock on the wall: "14:02". */
export function formatClock(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB", { timeStyle: "short" });
}
