/** Names one press of a button, so that the same request sent twice is answered with the same thing. */

/** 32 hexadecimal digits by chance; `crypto.randomUUID` is only there on secure pages. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
