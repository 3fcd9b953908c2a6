/** Which addresses belong to this machine or its neighbourhood: what is public has no business there. Pure. */
import { BlockList, isIP } from "node:net";

/** IANA's registries of special addresses (RFC 6890 and its updates). */
const ranges: readonly (readonly [address: string, prefix: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
  ["::", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["100::", 64],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
];

const list = new BlockList();
for (const [address, prefix] of ranges)
  list.addSubnet(address, prefix, isIP(address) === 6 ? "ipv6" : "ipv4");

/** True for what is no address at all, too. An IPv4 address in IPv6's clothes is judged as what it is. */
export function isPrivateAddress(address: string): boolean {
  const kind = isIP(address);
  return kind === 0 || list.check(address, kind === 6 ? "ipv6" : "ipv4");
}
