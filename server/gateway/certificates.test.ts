/** Promises of the authority: strict verifiers accept it, and it can sign for openrouter.ai alone. */
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { X509Certificate } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { createAuthority } from "./certificates.ts";

const run = promisify(execFile);
const directory = mkdtempSync(join(tmpdir(), "gateway-certificates-"));
afterAll(() => rmSync(directory, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const verify = (ca: string, leaf: string, host: string) =>
  run("openssl", [
    "verify",
    "-x509_strict",
    "-check_ss_sig",
    "-verify_hostname",
    host,
    "-CAfile",
    ca,
    leaf,
  ]).then(
    () => "accepted",
    (error: { stderr: string }) => error.stderr,
  );

test("a strict verifier accepts the certificate for openrouter.ai", async () => {
  const authority = createAuthority("openrouter.ai", Date.now());
  const ca = write("ca.pem", authority.certificatePem);
  const leaf = write("leaf.pem", authority.issue("openrouter.ai").certificatePem);
  expect(await verify(ca, leaf, "openrouter.ai")).toBe("accepted");
  expect(await verify(ca, leaf, "example.org")).toContain("hostname mismatch");
});

test("the authority can sign for subdomains, and for no other name", async () => {
  const authority = createAuthority("openrouter.ai", Date.now());
  const ca = write("other-ca.pem", authority.certificatePem);
  const subdomain = write("eu.pem", authority.issue("eu.openrouter.ai").certificatePem);
  expect(await verify(ca, subdomain, "eu.openrouter.ai")).toBe("accepted");
  for (const name of ["example.org", "notopenrouter.ai", "openrouter.ai.example.org"]) {
    const leaf = write("stranger.pem", authority.issue(name).certificatePem);
    expect(await verify(ca, leaf, name)).toContain("permitted subtree violation");
  }
});

test("an authority for several hosts signs for each, addresses too, and for no other", async () => {
  const authority = createAuthority(["index.example.org", "127.0.0.1", "2001:db8::1:0"], Date.now());
  const ca = write("hosts-ca.pem", authority.certificatePem);
  const verifyAddress = (leaf: string, address: string): Promise<string> =>
    run("openssl", ["verify", "-x509_strict", "-verify_ip", address, "-CAfile", ca, leaf]).then(
      () => "accepted",
      (error: { stderr: string }) => error.stderr,
    );
  const named = write("named.pem", authority.issue("index.example.org").certificatePem);
  expect(await verify(ca, named, "index.example.org")).toBe("accepted");
  for (const address of ["127.0.0.1", "2001:db8::1:0"]) {
    const leaf = write("address.pem", authority.issue(address).certificatePem);
    expect(await verifyAddress(leaf, address)).toBe("accepted");
  }
  for (const address of ["127.0.0.2", "2001:db8::2:0"]) {
    const leaf = write("other-address.pem", authority.issue(address).certificatePem);
    expect(await verifyAddress(leaf, address)).toContain("permitted subtree violation");
  }
});

test("the constraints and the authority's powers are critical", () => {
  const { certificatePem } = createAuthority("openrouter.ai", Date.now());
  const text = execFileSync("openssl", ["x509", "-noout", "-text"], { input: certificatePem }).toString();
  expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE/);
  expect(text).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/);
  expect(text).toMatch(/Name Constraints: critical\s+Permitted:\s+DNS:openrouter\.ai/);
});

test("it is valid now, also for a clock that is a little behind and after 2049", () => {
  for (const now of [Date.now(), Date.UTC(2038, 0, 20), Date.UTC(2055, 5, 1)]) {
    const read = new X509Certificate(createAuthority("openrouter.ai", now).certificatePem);
    expect(Date.parse(read.validFrom)).toBeLessThan(now - 3_600_000);
    expect(Date.parse(read.validTo)).toBeGreaterThan(now + 365 * 24 * 3_600_000);
  }
});

test("two authorities never share a key", () => {
  const [a, b] = [createAuthority("openrouter.ai", 0), createAuthority("openrouter.ai", 0)];
  expect(a.certificatePem).not.toBe(b.certificatePem);
  const leafOfA = new X509Certificate(a.issue("openrouter.ai").certificatePem);
  expect(leafOfA.verify(new X509Certificate(b.certificatePem).publicKey)).toBe(false);
});
