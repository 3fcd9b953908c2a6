/** Prices as exact numbers, for sums, comparisons and order: decimal text in, no float on the way. Pure. */

export interface Usd {
  /** The amount in 10^-`places` USD. */
  readonly units: bigint;
  readonly places: number;
}

export const noUsd: Usd = { units: 0n, places: 0 };

const decimal = /^(-?)(\d*)(?:\.(\d*))?$/;

/** Plain decimal text ("0.0041", "-1", ".5"); null for anything else. */
export function parseUsd(text: string): Usd | null {
  const [, sign = "", whole = "", fraction = ""] = decimal.exec(text) ?? [];
  if (whole + fraction === "") return null;
  return { units: BigInt(sign + (whole + fraction)), places: fraction.length };
}

export function addUsd(one: Usd, other: Usd): Usd {
  const places = Math.max(one.places, other.places);
  return { units: unitsAt(one, places) + unitsAt(other, places), places };
}

export function subtractUsd(from: Usd, amount: Usd): Usd {
  return addUsd(from, { units: -amount.units, places: amount.places });
}

/** Below zero when `one` is less. */
export function compareUsd(one: Usd, other: Usd): number {
  const { units } = subtractUsd(one, other);
  return units < 0n ? -1 : units > 0n ? 1 : 0;
}

/** Decimal text without needless zeros: "0.3". */
export function usdText({ units, places }: Usd): string {
  const digits = String(units < 0n ? -units : units).padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, "");
  return `${units < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

function unitsAt({ units, places }: Usd, wanted: number): bigint {
  return wanted === places ? units : units * 10n ** BigInt(wanted - places);
}
