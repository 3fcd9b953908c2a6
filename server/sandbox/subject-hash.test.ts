/** The hash is openssl's own, so that programs with an empty environment find the authority. */
import { expect, test } from "vitest";
import { subjectHash } from "./subject-hash.ts";
import { testAuthority } from "./sandbox-for-tests.ts";

test("equals `openssl x509 -hash` for a subject of several parts, upper case and doubled spaces", () => {
  expect(subjectHash(testAuthority.pem)).toBe(testAuthority.hash);
});

test("refuses what is not a certificate", () => {
  expect(() => subjectHash("nonsense")).toThrow(/PEM|asn1|not enough data|no start line/i);
});
