/** Amounts of USD as a person types them, and exact arithmetic with those that the server tells. Pure. */

export type ReadAmount =
  | { readonly ok: true; /** Null: nothing was typed. */ readonly usd: string | null }
  | { readonly ok: false; readonly says: string };

const mostDigits = 12;
const mostWhole = 6;

/** What was typed into a field for an amount: "0.50", "$2", ".5"; the contract takes each text that this gives. */
export function readAmount(typed: string): ReadAmount {
  const text = typed.trim().replace(/^\$\s*/, "");
  if (text === "") return { ok: true, usd: null };
  if (/^[-−]/.test(text)) return refuse("A ceiling can't be below zero.");
  if (/^\d*,\d*$/.test(text)) return refuse("Write the cents behind a point: 0.50.");
  const [, whole = "", fraction = ""] = /^(\d*)\.?(\d*)$/.exec(text) ?? [];
  if (whole + fraction === "") return refuse("That is no amount: write dollars, as 0.50.");
  if (fraction.length > mostDigits) return refuse(`At most ${mostDigits} digits behind the point.`);
  const plain = whole.replace(/^0+(?=\d)/, "") || "0";
  if (plain.length > mostWhole) return refuse("A ceiling must be below a million dollars.");
  return { ok: true, usd: fraction === "" ? plain : `${plain}.${fraction}` };
}

const refuse = (says: string): ReadAmount => ({ ok: false, says });

/** An amount that a person set: with all its digits, at least two behind the point. */
export function amountWords(usd: string): string {
  const [whole = "0", fraction = ""] = usd.split(".");
  return `$${whole}.${fraction.replace(/0+$/, "").padEnd(2, "0")}`;
}

/** 10^-12 USD of a decimal text with up to that many digits. */
export function picoOf(usd: string): bigint {
  const negative = usd.startsWith("-");
  const [whole = "0", fraction = ""] = usd.slice(negative ? 1 : 0).split(".");
  const pico = BigInt(whole + fraction.padEnd(mostDigits, "0").slice(0, mostDigits));
  return negative ? -pico : pico;
}

/** How much of the ceiling is held, 0 for nothing and 1 for all of it; a ceiling of nothing is always full. */
export function shareOf(heldUsd: string, ceilingUsd: string): number {
  const ceiling = picoOf(ceilingUsd);
  if (ceiling === 0n) return 1;
  return Number((picoOf(heldUsd) * 10_000n) / ceiling) / 10_000;
}
