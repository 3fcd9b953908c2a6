/** Gives each host that programs may reach an address of the sandbox's loopback, by which its connections are told apart. Pure. */
import type { OpenHost } from "./gateway.ts";

/** 127.0.0.1 is the gateway's own; these are never shared, so the address alone says which name was meant. */
export const openHosts = (names: readonly string[]): readonly OpenHost[] =>
  names.toSorted().map((name, index) => ({ name, address: `127.1.0.${index + 1}` }));
