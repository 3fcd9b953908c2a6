/** Makes an authority that only a sandbox trusts, and the certificates it signs: openrouter.ai's, or a package index's. */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import { isIP } from "node:net";
import { bitString, der, objectId, positiveInteger, sequence, tags, time, utf8String } from "./der.ts";
import type { Bytes } from "./der.ts";

export interface Authority {
  readonly certificatePem: string;
  /** A certificate with its new key, both PEM, for a server of that name. */
  issue(host: string): { readonly certificatePem: string; readonly keyPem: string };
}

/** Longer than any server stays up; nothing outlives it, since the key is never written anywhere. */
const validMs = 10 * 365 * 24 * 3_600_000;
/** So that a clock which is set back does not make it "not yet valid". */
const earlierMs = 24 * 3_600_000;

const oids = {
  commonName: "2.5.4.3",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  subjectKeyId: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  authorityKeyId: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
} as const;

/** Context tags of GeneralName, AuthorityKeyIdentifier and NameConstraints (RFC 5280). */
const dnsNameTag = 0x82;
const ipAddressTag = 0x87;
const keyIdTag = 0x80;
const permittedTag = 0xa0;

/**
 * An authority that can sign for these domains, their subdomains, and these addresses only (a critical name constraint), with
 * all that Python 3.13's VERIFY_X509_STRICT and `openssl verify -x509_strict` ask for. `now` is Unix time in ms.
 */
export function createAuthority(hosts: string | readonly string[], now: number): Authority {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = "openrouter-ide gateway";
  const keyId = keyIdOf(keys.publicKey);
  const permitted = [hosts].flat().map((host) => sequence(generalName(host, "constraint")));
  const shared = { issuer: name, issuerKey: keys.privateKey, now };
  const certificatePem = certificate({
    ...shared,
    subject: name,
    publicKey: keys.publicKey,
    extensions: [
      extension(oids.basicConstraints, true, sequence(der(tags.boolean, Buffer.of(0xff)))),
      extension(oids.keyUsage, true, bitString(1, Buffer.of(0b0000_0110))),
      extension(oids.nameConstraints, true, sequence(der(permittedTag, ...permitted))),
      extension(oids.subjectKeyId, false, der(tags.octetString, keyId)),
    ],
  });
  return {
    certificatePem,
    issue: (host) => {
      const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const leaf = certificate({
        ...shared,
        // Not to be taken for a DNS name, which the constraint would forbid.
        subject: isIP(host) === 0 ? host : `address ${host}`,
        publicKey: own.publicKey,
        extensions: [
          extension(oids.basicConstraints, true, sequence()),
          extension(oids.keyUsage, true, bitString(7, Buffer.of(0b1000_0000))),
          extension(oids.extendedKeyUsage, false, sequence(objectId(oids.serverAuth))),
          extension(oids.subjectAltName, false, sequence(generalName(host, "name"))),
          extension(oids.subjectKeyId, false, der(tags.octetString, keyIdOf(own.publicKey))),
          extension(oids.authorityKeyId, false, sequence(der(keyIdTag, keyId))),
        ],
      });
      return {
        certificatePem: leaf,
        keyPem: own.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
  };
}

/** A DNS name, or an address as its bytes; as a constraint an address has a mask, here of its whole length. */
function generalName(host: string, as: "name" | "constraint"): Bytes {
  if (isIP(host) === 0) return der(dnsNameTag, Buffer.from(host));
  const address = addressBytes(host);
  return der(ipAddressTag, address, as === "name" ? Buffer.alloc(0) : Buffer.alloc(address.length, 0xff));
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  // The URL parser writes the shortest form: at most one "::", no dots.
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const words = (text: string): number[] =>
    text === "" ? [] : text.split(":").map((word) => Number.parseInt(word, 16));
  const [first, last] = [words(head), words(tail ?? "")];
  const middle = Array<number>(8 - first.length - last.length).fill(0);
  return Buffer.from([...first, ...middle, ...last].flatMap((word) => [word >> 8, word & 0xff]));
}

interface Contents {
  readonly issuer: string;
  readonly issuerKey: KeyObject;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly now: number;
  readonly extensions: readonly Bytes[];
}

function certificate(contents: Contents): string {
  const algorithm = sequence(objectId(oids.ecdsaWithSha256));
  const body = sequence(
    der(0xa0, positiveInteger(Buffer.of(2))),
    positiveInteger(randomBytes(16)),
    algorithm,
    distinguishedName(contents.issuer),
    sequence(time(contents.now - earlierMs), time(contents.now + validMs)),
    distinguishedName(contents.subject),
    contents.publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...contents.extensions)),
  );
  const signature = sign("sha256", body, { key: contents.issuerKey, dsaEncoding: "der" });
  const whole = Buffer.from(sequence(body, algorithm, bitString(0, signature)));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

const distinguishedName = (name: string): Bytes =>
  sequence(der(tags.set, sequence(objectId(oids.commonName), utf8String(name))));

const extension = (id: string, critical: boolean, value: Bytes): Bytes =>
  sequence(
    objectId(id),
    ...(critical ? [der(tags.boolean, Buffer.of(0xff))] : []),
    der(tags.octetString, value),
  );

/** SHA-1 of the public key's bits (RFC 5280, 4.2.1.2): the last 65 bytes of a P-256 key's encoding. */
function keyIdOf(key: KeyObject): Bytes {
  const point = key.export({ type: "spki", format: "der" }).subarray(-65);
  return createHash("sha1").update(point).digest();
}
