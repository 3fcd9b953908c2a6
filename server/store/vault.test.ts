/** What is sealed opens only whole, in its own place, with the secret it was sealed with. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { done, refused } from "../../contract/failures.ts";
import { checkSecrets, createVault } from "./vault.ts";
import { anyText } from "../../test/any-text.ts";

const older = "old-".repeat(8);
const newer = "new-".repeat(8);
const place = "session:7:key";
const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;

test("anything that is sealed opens again, and is not to be seen in what is stored", () => {
  const vault = createVault([newer]);
  fc.assert(
    fc.property(anyText(40), fc.string(), (plain, where) => {
      expect(vault.open(vault.seal(plain, where), where)).toEqual(done({ plain, stale: false }));
    }),
  );
  const sealed = vault.seal(key, place);
  expect(Buffer.from(sealed, "base64url").includes(key.slice(9, 20))).toBe(false);
  expect(sealed).toMatch(/^[\w-]+$/);
});

test("the same text is never sealed alike twice", () => {
  const vault = createVault([newer]);
  const seals = Array.from({ length: 100 }, () => vault.seal(key, place));
  expect(new Set(seals).size).toBe(100);
});

test("moved to another place it does not open", () => {
  const vault = createVault([newer]);
  expect(vault.open(vault.seal(key, place), "session:8:key")).toEqual(refused("unreadable"));
});

test("with any one bit changed, or cut, it does not open", () => {
  const vault = createVault([newer]);
  const bytes = Buffer.from(vault.seal(key, place), "base64url");
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(vault.open(changed.toString("base64url"), place)).toEqual(refused("unreadable"));
  }
  for (let length = 0; length < bytes.length; length++)
    expect(vault.open(bytes.subarray(0, length).toString("base64url"), place)).toEqual(refused("unreadable"));
});

test("nonsense is unreadable, not an error", () => {
  const vault = createVault([newer]);
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(vault.open(text, place)).toEqual(refused("unreadable"));
    }),
  );
});

test("new,old opens what the old one sealed and says that it is stale; the old one alone can't open the new", () => {
  const sealedOld = createVault([older]).seal(key, place);
  const both = createVault([newer, older]);
  expect(both.open(sealedOld, place)).toEqual(done({ plain: key, stale: true }));
  const resealed = both.seal(key, place);
  expect(createVault([newer]).open(resealed, place)).toEqual(done({ plain: key, stale: false }));
  expect(createVault([older]).open(resealed, place)).toEqual(refused("unreadable"));
});

test("secrets are split at commas and trimmed; bytes are counted, not characters", () => {
  expect(checkSecrets(` ${newer} , ${older}\n`)).toEqual(done([newer, older]));
  expect(checkSecrets("é".repeat(16))).toEqual(done(["é".repeat(16)]));
});

test.each(["", "   ", "short", "x".repeat(31), `${newer},`, `${newer},short`, `,${newer}`])(
  "%j is refused in words that do not repeat it",
  (text) => {
    const checked = checkSecrets(text);
    if (checked.ok) throw new Error("accepted");
    expect(checked.error).toMatch(/empty|needs at least 32/);
    expect(checked.error).not.toContain("new-new");
    expect(checked.error).not.toContain("short");
  },
);
