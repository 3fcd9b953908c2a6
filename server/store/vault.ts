/** Seals secrets for the database, so that a stolen copy of it holds no key that works. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { done, refused, type Result } from "../../contract/failures.ts";

/**
 * `place` says where the sealed text stands ("session:…:key"): sealed for one place, it opens nowhere else.
 * `stale`: it was sealed with an older secret; seal it again.
 */
export interface Vault {
  seal(plain: string, place: string): string;
  open(
    sealed: string,
    place: string,
  ): Result<{ readonly plain: string; readonly stale: boolean }, "unreadable">;
}

/** In bytes: version | key id | salt | tag | ciphertext, all as base64url. */
const version = 1;
const idBytes = 4;
const saltBytes = 32;
const tagBytes = 16;
const saltAt = 1 + idBytes;
const tagAt = saltAt + saltBytes;
const bodyAt = tagAt + tagBytes;
const cipher = "aes-256-gcm";
const keyBytes = 32;
const nonceBytes = 12;

export const leastSecretBytes = 32;

/**
 * SESSION_SECRET as text: one secret, or "new,old" while rotating. HKDF does not make a short secret strong, so one of
 * fewer than 32 bytes is refused, in words and without repeating it.
 */
export function checkSecrets(text: string): Result<string[], string> {
  const secrets = text.split(",").map((secret) => secret.trim());
  if (secrets.length === 1 && secrets[0] === "") return refused("The session secret is empty.");
  for (const [index, secret] of secrets.entries()) {
    const bytes = Buffer.byteLength(secret);
    if (bytes >= leastSecretBytes) continue;
    const which = secrets.length === 1 ? "The session secret" : `Secret ${index + 1} of the session secrets`;
    return refused(`${which} has ${bytes} bytes; it needs at least ${leastSecretBytes}.`);
  }
  return done(secrets);
}

/** `secrets` as `checkSecrets` lets them through, newest first: the first seals, all open. */
export function createVault(secrets: readonly string[]): Vault {
  const masters = secrets.map((secret) => ({ secret, id: derive(secret, "", "vault/key-id", idBytes) }));
  const [newest] = masters;
  if (newest === undefined) throw new Error("A vault needs a secret.");
  return {
    seal(plain, place) {
      const salt = randomBytes(saltBytes);
      const { key, nonce } = recordKey(newest.secret, salt);
      const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes });
      sealing.setAAD(Buffer.from(place));
      const body = Buffer.concat([sealing.update(plain, "utf8"), sealing.final()]);
      return Buffer.concat([Buffer.of(version), newest.id, salt, sealing.getAuthTag(), body]).toString(
        "base64url",
      );
    },

    open(sealed, place) {
      const bytes = Buffer.from(sealed, "base64url");
      if (bytes.length < bodyAt || bytes[0] !== version) return refused("unreadable");
      const master = masters.find(({ id }) => id.equals(bytes.subarray(1, saltAt)));
      if (master === undefined) return refused("unreadable");
      const plain = unseal(master.secret, bytes, place);
      return plain === null ? refused("unreadable") : done({ plain, stale: master !== newest });
    },
  };
}

function unseal(secret: string, bytes: Buffer, place: string): string | null {
  const { key, nonce } = recordKey(secret, bytes.subarray(saltAt, tagAt));
  const opening = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  opening.setAAD(Buffer.from(place));
  opening.setAuthTag(bytes.subarray(tagAt, bodyAt));
  try {
    return Buffer.concat([opening.update(bytes.subarray(bodyAt)), opening.final()]).toString("utf8");
  } catch {
    // Changed, or sealed for another place: `final` only tells by throwing.
    return null;
  }
}

/** Key and nonce both come from the record's own salt, so no nonce is ever used twice under one key. */
function recordKey(secret: string, salt: Buffer): { readonly key: Buffer; readonly nonce: Buffer } {
  const bytes = derive(secret, salt, "vault/record", keyBytes + nonceBytes);
  return { key: bytes.subarray(0, keyBytes), nonce: bytes.subarray(keyBytes) };
}

/** Each purpose has its own `info`, so that what leaks of one tells nothing of another. */
function derive(secret: string, salt: Buffer | string, info: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, salt, info, bytes));
}
