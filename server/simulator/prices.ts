/** Money of the simulator: integers of 10⁻¹² USD, so that no price, bill or sum is ever rounded. */
export type PicoUsd = bigint;

const picoDigits = 12;

/** Reads a catalogue price ("0.00000015", USD) exactly. Throws on text that is no decimal or has more than 12 places. */
export function parseUsd(text: string): PicoUsd {
  const match = /^(-?)(\d{1,9})(?:\.(\d{1,12}))?$/.exec(text);
  if (!match) throw new RangeError(`not a price in USD: ${text.slice(0, 40)}`);
  const pico = BigInt(match[2] ?? "0") * 10n ** 12n + BigInt((match[3] ?? "").padEnd(picoDigits, "0"));
  return match[1] === "-" ? -pico : pico;
}

/** The same amount as shortest decimal text: 6800000n is "0.0000068". */
export function usdText(pico: PicoUsd): string {
  const digits = (pico < 0n ? -pico : pico).toString().padStart(picoDigits + 1, "0");
  const fraction = digits.slice(-picoDigits).replace(/0+$/, "");
  return `${pico < 0n ? "-" : ""}${digits.slice(0, -picoDigits)}${fraction === "" ? "" : `.${fraction}`}`;
}

/**
 * The number that JSON carries. A double's shortest decimal text has these very digits as long as there are at most 15
 * of them, which holds below 1,000 USD.
 */
export const usdNumber = (pico: PicoUsd): number => Number(usdText(pico));

/** Prices in the catalogue's own words: decimal text, USD per token unless the key says otherwise. */
export interface Pricing {
  readonly prompt: string;
  readonly completion: string;
  readonly request?: string;
  readonly image?: string;
  readonly input_cache_read?: string;
  readonly input_cache_write?: string;
  readonly web_search?: string;
  readonly overrides?: readonly PricingOverride[];
}

/** Prices that replace the base ones when the prompt is longer than `min_prompt_tokens`. */
export interface PricingOverride {
  readonly min_prompt_tokens: number;
  readonly prompt: string;
  readonly completion: string;
}

/** The pricing that holds for a prompt of that many tokens (the last override whose condition holds wins). */
export function pricingFor(pricing: Pricing, promptTokens: number): Pricing {
  const override = pricing.overrides?.findLast((candidate) => promptTokens > candidate.min_prompt_tokens);
  return override ? { ...pricing, prompt: override.prompt, completion: override.completion } : pricing;
}
