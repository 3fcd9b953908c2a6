/** Forwarded headers: believed only when the peer itself is a proxy that the operator named, by address. */
import { BlockList, isIP, isIPv6 } from "node:net";
import { done, refused, type Result } from "../../contract/failures.ts";
import { isPlainPath } from "./request-target.ts";
import type { Scheme } from "./hosts.ts";

export type Trusted = (address: string) => boolean;

export interface Forwarded {
  /** The nearest address that is no trusted proxy. */
  readonly clientAddress: string;
  readonly scheme: Scheme;
  readonly host: string | null;
  /** Path prefix that the proxy took off, without trailing slash; null when it said nothing. */
  readonly prefix: string | null;
}

/** `proxies` are addresses or CIDR ranges; an entry that is neither is an error sentence. */
export function trustOf(proxies: readonly string[]): Result<Trusted, string> {
  const list = new BlockList();
  for (const proxy of proxies) {
    const [address = "", bits, ...rest] = proxy.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    const most = family === "ipv6" ? 128 : 32;
    const isRange = bits !== undefined && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
    if (isIP(address) === 0 || rest.length > 0 || (bits !== undefined && !isRange)) {
      return refused(`"${proxy}" is not an address or a range of addresses.`);
    }
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return done((address) => {
    const plain = plainAddress(address);
    return isIP(plain) !== 0 && list.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
  });
}

/** An IPv4 address that came over an IPv6 socket, as IPv4. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "");

/** Walks X-Forwarded-For from the right while the address is a trusted proxy. The error is a sentence. */
export function readForwarded(
  peer: string,
  header: (name: string) => string | null,
  trusted: Trusted,
): Result<Forwarded, string> {
  let clientAddress = plainAddress(peer);
  if (!trusted(clientAddress)) return done({ clientAddress, scheme: "http", host: null, prefix: null });
  const hops = list(header("x-forwarded-for"));
  while (trusted(clientAddress)) {
    const hop = hops.pop();
    if (hop === undefined || isIP(plainAddress(hop)) === 0) break;
    clientAddress = plainAddress(hop);
  }
  const scheme = list(header("x-forwarded-proto")).at(-1)?.toLowerCase() ?? "http";
  if (scheme !== "http" && scheme !== "https") return refused("X-Forwarded-Proto must be http or https.");
  const prefix = list(header("x-forwarded-prefix")).at(-1)?.replace(/\/$/, "") ?? null;
  if (prefix !== null && prefix !== "" && !isPlainPath(prefix)) {
    return refused("X-Forwarded-Prefix must be a plain path.");
  }
  return done({ clientAddress, scheme, host: list(header("x-forwarded-host")).at(-1) ?? null, prefix });
}

const list = (value: string | null): string[] =>
  (value ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
