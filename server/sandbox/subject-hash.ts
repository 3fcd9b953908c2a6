/** The file name under which OpenSSL looks for an authority in a directory: `c_rehash` without openssl. Pure. */
import { createHash, X509Certificate } from "node:crypto";
import { Buffer } from "node:buffer";

/**
 * Eight hex digits, as `openssl x509 -hash` prints: SHA-1 over the subject in OpenSSL's canonical form (the relative
 * names without the outer sequence; text as UTF-8, in lower case, white space collapsed), its first four bytes reversed.
 */
export function subjectHash(pem: string): string {
  const subject = subjectOf(new X509Certificate(pem).raw);
  const canonical = Buffer.concat(children(subject).map(canonicalName));
  const digest = createHash("sha1").update(canonical).digest();
  return digest.readUInt32LE(0).toString(16).padStart(8, "0");
}

interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

const sequence = 0x30;
const set = 0x31;
const utf8String = 0x0c;
/** UTF8String, PrintableString, T61String, IA5String, VisibleString: what our authorities are written in. */
const texts = new Set([0x0c, 0x13, 0x14, 0x16, 0x1a]);

/** TBSCertificate: [0] version, serial, algorithm, issuer, validity, subject. */
function subjectOf(certificate: Buffer): Element {
  const body = children(child({ tag: sequence, content: certificate }, 0))[0];
  const fields = children(body ?? { tag: sequence, content: Buffer.alloc(0) });
  const version = fields[0]?.tag === 0xa0 ? 1 : 0;
  const subject = fields[version + 4];
  if (subject === undefined) throw new Error("the certificate has no subject");
  return subject;
}

/** One RelativeDistinguishedName, in canonical form. */
function canonicalName(name: Element): Buffer {
  const attributes = children(name).map((attribute) => {
    const [kind, value] = children(attribute);
    if (kind === undefined || value === undefined) throw new Error("a name in the certificate is incomplete");
    return element(sequence, Buffer.concat([element(kind.tag, kind.content), canonicalValue(value)]));
  });
  return element(set, Buffer.concat(attributes));
}

function canonicalValue(value: Element): Buffer {
  if (!texts.has(value.tag)) return element(value.tag, value.content);
  const text = value.content.toString("utf8").trim().replaceAll(/\s+/g, " ");
  // Only ASCII letters change, as in OpenSSL.
  const lower = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return element(utf8String, Buffer.from(lower));
}

function children(parent: Element): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < parent.content.length;) {
    const tag = parent.content.readUInt8(at);
    let length = parent.content.readUInt8(at + 1);
    at += 2;
    if (length >= 0x80) {
      const width = length - 0x80;
      length = parent.content.readUIntBE(at, width);
      at += width;
    }
    found.push({ tag, content: parent.content.subarray(at, at + length) });
    at += length;
  }
  return found;
}

function child(parent: Element, index: number): Element {
  const found = children(parent)[index];
  if (found === undefined) throw new Error("the certificate is cut short");
  return found;
}

function element(tag: number, content: Buffer): Buffer {
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(content.length);
  return content.length < 0x100
    ? Buffer.concat([Buffer.of(tag, 0x81, content.length), content])
    : Buffer.concat([Buffer.of(tag, 0x82), length, content]);
}
