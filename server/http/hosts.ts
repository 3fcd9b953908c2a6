/** Which host names this server answers for: an exact list, so that a name rebound to our address gets nothing. */

export type Scheme = "http" | "https";

/** A host with optional port as a header may write it: names, IPv4, bracketed IPv6. */
const hostCharacters = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;
const defaultPort: Record<Scheme, string> = { http: ":80", https: ":443" };

/** Lower case and without the scheme's own port; null when it is not a host at all. "127.1" stays what it is. */
export function normalHost(text: string, scheme: Scheme): string | null {
  if (!hostCharacters.test(text) || !URL.canParse(`${scheme}://${text}/`)) return null;
  const host = text.toLowerCase();
  return host.endsWith(defaultPort[scheme]) ? host.slice(0, -defaultPort[scheme].length) : host;
}

const wildcards = new Set(["0.0.0.0", "::"]);

/**
 * The list: loopback's spellings and the bound address with our port, and the operator's public hosts as they are.
 * A wildcard is bound to but never answered for: browsers take `http://0.0.0.0` to the local machine.
 */
export function knownHosts(bound: string, port: number, publicHosts: readonly string[]): ReadonlySet<string> {
  const known = new Set<string>();
  const names = ["127.0.0.1", "localhost", "[::1]"];
  if (!wildcards.has(bound)) names.push(inUrl(bound));
  for (const name of names) known.add(normalHost(`${name}:${port}`, "http") ?? name);
  for (const host of publicHosts) {
    for (const scheme of ["http", "https"] as const) {
      const normal = normalHost(host, scheme);
      if (normal !== null) known.add(normal);
    }
  }
  return known;
}

/** An address as it stands in a URL: IPv6 in brackets. */
export const inUrl = (address: string): string => (address.includes(":") ? `[${address}]` : address);
