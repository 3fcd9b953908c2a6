/** Where packages come from: one index, and the hosts that its files may lie on. Pure. */

export interface IndexHost {
  /** "files.pythonhosted.org", without brackets; what a URL's hostname is. */
  readonly name: string;
  readonly port: number;
  /** The operator wrote it down: then it may also be an address of a private network. */
  readonly isNamed: boolean;
}

export interface PackageIndex {
  /** Of PEP 503's "simple" pages, without credentials and without a slash at the end. */
  readonly url: URL;
  /** "user:password" for the index's own host, or null. Never enters a sandbox. */
  readonly credentials: string | null;
  /** The index's own host is among them. */
  readonly hosts: readonly IndexHost[];
}

const pypi = { url: "https://pypi.org/simple", files: "files.pythonhosted.org" };

/** What is used when the operator says nothing. */
export const defaultPackageIndex: PackageIndex = {
  url: new URL(pypi.url),
  credentials: null,
  hosts: [host("pypi.org", 443, false), host(pypi.files, 443, false)],
};

/** `text`: "URL" or "URL,HOST,HOST:PORT"; null when it is none. `isLoopback` tells for which hosts plain http will do. */
export function readPackageIndex(text: string, isLoopback: (host: string) => boolean): PackageIndex | null {
  const [address = "", ...others] = text.split(",").map((part) => part.trim());
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search + url.hash !== "") return null;
  if (url.protocol === "http:" && !isLoopback(url.hostname)) return null;
  const credentials =
    url.username === "" ? null : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = url.password = "";
  url.pathname = url.pathname.replace(/\/+$/, "");
  const named = others.map(readHost);
  if (named.includes(null)) return null;
  const hosts = [host(bare(url.hostname), portOf(url), true), ...(named as IndexHost[])];
  const isPypi = url.href === pypi.url;
  return { url, credentials, hosts: isPypi ? [...hosts, host(pypi.files, 443, false)] : hosts };
}

function readHost(text: string): IndexHost | null {
  const url = URL.parse(`https://${text}`);
  if (url === null || url.pathname !== "/" || url.search + url.hash + url.username + url.password !== "")
    return null;
  return host(bare(url.hostname), portOf(url), true);
}

function host(name: string, port: number, isNamed: boolean): IndexHost {
  return { name, port, isNamed };
}

export const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, "");

export const portOf = (url: URL): number =>
  url.port === "" ? (url.protocol === "http:" ? 80 : 443) : Number(url.port);

/** The host that may be asked there, or null. */
export const allowedHost = (index: PackageIndex, name: string, port: number): IndexHost | null =>
  index.hosts.find((one) => one.name === name && one.port === port) ?? null;

/** "pypi.org", for sentences. */
export const indexName = (index: PackageIndex): string => index.url.host;
