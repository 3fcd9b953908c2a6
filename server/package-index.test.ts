/** The operator's package index is read whole or refused; nobody reaches hosts that were not named. */
import { expect, test } from "vitest";
import { isLoopback } from "./setting-values.ts";
import { allowedHost, defaultPackageIndex, readPackageIndex } from "./package-index.ts";

const read = (text: string) => readPackageIndex(text, isLoopback);

test("PyPI's files lie on a host of their own, also when PyPI is named", () => {
  for (const index of [defaultPackageIndex, read("https://pypi.org/simple/")]) {
    if (index === null) throw new Error("no index");
    expect(index.url.href).toBe("https://pypi.org/simple");
    expect(allowedHost(index, "files.pythonhosted.org", 443)).not.toBeNull();
    expect(allowedHost(index, "files.pythonhosted.org", 8443)).toBeNull();
    expect(allowedHost(index, "evil.pypi.org", 443)).toBeNull();
  }
});

test("a name and password are kept apart from the address", () => {
  const index = read(
    "https://ann:p%40ss@packages.example.org/root/simple/,files.example.org,cdn.example.org:8443",
  );
  expect(index?.url.href).toBe("https://packages.example.org/root/simple");
  expect(index?.credentials).toBe("ann:p@ss");
  expect(index?.hosts.map(({ name, port }) => `${name}:${port}`)).toEqual([
    "packages.example.org:443",
    "files.example.org:443",
    "cdn.example.org:8443",
  ]);
});

test("plain http is for this machine only", () => {
  expect(read("http://127.0.0.1:3141/root/pypi/+simple")?.hosts).toEqual([
    { name: "127.0.0.1", port: 3141, isNamed: true },
  ]);
  expect(read("http://packages.example.org/simple")).toBeNull();
});

test.each([
  "",
  "pypi.org/simple",
  "ftp://pypi.org/simple",
  "file:///srv/packages",
  "https://pypi.org/simple?x=1",
  "https://pypi.org/simple#x",
  "https://pypi.org/simple,https://files.example.org",
  "https://pypi.org/simple,files.example.org/path",
  "https://pypi.org/simple,ann@files.example.org",
  "https://pypi.org/simple,,",
])("%j is none", (text) => {
  expect(read(text)).toBeNull();
});
