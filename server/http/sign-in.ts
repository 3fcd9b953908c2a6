/** Checks the start token or password: same time for every wrong one, and only so many tries a minute from one address. */
import { createHash, timingSafeEqual } from "node:crypto";
import { isIPv6 } from "node:net";
import { limits } from "../../contract/limits.ts";
import type { Clock } from "../clock.ts";

export type SignInCheck = (given: string, address: string) => "right" | "wrong-token" | "too-many";

const minuteMs = 60_000;
/** Addresses remembered at once. When full the oldest is forgotten: whoever has that many has as many tries anyway. */
const addressesKept = 10_000;

export function createSignInCheck(token: string, clock: Clock): SignInCheck {
  const expected = digest(token);
  const failures = new Map<string, number[]>();
  return (given, address) => {
    const network = networkOf(address);
    const now = clock.monotonic();
    const recent = (failures.get(network) ?? []).filter((at) => now - at < minuteMs);
    if (recent.length >= limits.signInAttemptsPerMinute) return "too-many";
    if (timingSafeEqual(digest(given), expected)) return "right";
    failures.delete(network);
    failures.set(network, [...recent, now]);
    for (const oldest of failures.keys()) {
      if (failures.size <= addressesKept) break;
      failures.delete(oldest);
    }
    return "wrong-token";
  };
}

/** Digests are of one length, which the comparison needs, and tell nothing of the token's own. */
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** One household has a whole /64 of IPv6 addresses: they count as one. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const host = new URL(`http://[${address.split("%")[0] ?? ""}]/`).hostname.slice(1, -1);
  const [head = "", tail] = host.split("::");
  const groups = head === "" ? [] : head.split(":");
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === "" ? 0 : tail.split(":").length);
  return [...groups, ...Array<string>(missing).fill("0"), ...(tail ? tail.split(":") : [])]
    .slice(0, 4)
    .join(":");
}
