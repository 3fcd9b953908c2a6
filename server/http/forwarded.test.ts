/** Whom the server takes for the client: only as far as proxies that the operator named vouch for it. */
import { describe, expect, test } from "vitest";
import { readForwarded, trustOf } from "./forwarded.ts";

const trust = trustOf(["10.0.0.0/8", "127.0.0.1", "fd00::/8"]);
if (!trust.ok) throw new Error(trust.error);

describe("the client's address", () => {
  test.each([
    ["192.0.2.1", "1.1.1.1", "192.0.2.1"],
    ["10.0.0.1", "", "10.0.0.1"],
    ["10.0.0.1", "1.1.1.1", "1.1.1.1"],
    ["10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"],
    ["10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"],
    ["10.0.0.1", "6.6.6.6, nonsense", "10.0.0.1"],
    ["::ffff:10.0.0.1", "1.1.1.1", "1.1.1.1"],
    ["fd00::1", "2001:db8::1", "2001:db8::1"],
    ["10.0.0.1", "::ffff:10.0.0.2", "10.0.0.2"],
    ["10.0.0.1", " , ,1.1.1.1,", "1.1.1.1"],
    ["", "1.1.1.1", ""],
  ])("peer %s, forwarded for %s → %s", (peer, list, expected) => {
    const read = readForwarded(peer, (name) => (name === "x-forwarded-for" ? list : null), trust.value);
    expect(read).toMatchObject({ ok: true, value: { clientAddress: expected } });
  });
});

test.each([
  "10.0.0.0/33",
  "10.0.0.0/",
  "10.0.0.0/8/8",
  "proxy.example.org",
  "",
  "::/129",
  "10.0.0.0/-1",
  "1",
])("%s is no range and is refused at start", (range) => expect(trustOf([range]).ok).toBe(false));
