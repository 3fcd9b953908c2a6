/** Headers as they may be shown: what could be a secret is masked here too, although it is not even recorded. Pure. */
import { secretHeaders } from "../../contract/secret-headers.ts";

type Pairs = readonly (readonly [name: string, value: string])[];

/** Neither request nor reply is recorded with these. */
export const neverRecorded = ["Authorization", "X-Api-Key", "Cookie", "Set-Cookie"] as const;

const keyShape = /\bsk-[\w-]{8,}|\bBearer\s+\S+/i;

export interface ShownHeader {
  readonly name: string;
  /** Null when it is masked. */
  readonly value: string | null;
}

export function shownHeaders(headers: Pairs): readonly ShownHeader[] {
  return headers.map(([name, value]) => ({
    name,
    value: secretHeaders.has(name.toLowerCase()) || keyShape.test(value) ? null : value,
  }));
}

/** Those whose name or value holds the words, whatever their case; a masked value is not searched. */
export function headersWith(headers: readonly ShownHeader[], words: string): readonly ShownHeader[] {
  const sought = words.trim().toLowerCase();
  return headers.filter(({ name, value }) => `${name}: ${value ?? ""}`.toLowerCase().includes(sought));
}

/** As an argument of cURL in a POSIX shell: `-H 'accept: text/plain'`; a masked value stays one. */
export function curlHeader({ name, value }: ShownHeader): string {
  return `-H '${`${name}: ${value ?? "masked"}`.replaceAll("'", String.raw`'\''`)}'`;
}
