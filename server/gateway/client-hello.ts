/** Reads the server's name from a TLS client's first bytes (RFC 8446, 4.1.2; RFC 6066, 3), without touching them. Pure. */

export type Hello =
  /** Not all of it is there yet. */
  | { readonly kind: "more" }
  /** In small letters; null: it names no server. */
  | { readonly kind: "name"; readonly name: string | null }
  | { readonly kind: "not-tls" };

/** Larger than any client's; what goes on longer is no greeting. */
export const maxHelloBytes = 32 * 1024;

const handshakeRecord = 22;
const clientHello = 1;
const serverNameExtension = 0;
const hostNameType = 0;

const notTls: Hello = { kind: "not-tls" };
const more: Hello = { kind: "more" };

/** `bytes` is all that came so far. */
export function readHello(bytes: Buffer): Hello {
  const fragments: Buffer[] = [];
  for (let at = 0; ;) {
    if (at < bytes.length && bytes[at] !== handshakeRecord) return notTls;
    if (at + 1 < bytes.length && bytes[at + 1] !== 3) return notTls;
    const message = Buffer.concat(fragments);
    const wanted = message.length < 4 ? null : 4 + message.readUIntBE(1, 3);
    if (message.length > 0 && message[0] !== clientHello) return notTls;
    if (wanted !== null && wanted > maxHelloBytes) return notTls;
    if (wanted !== null && message.length >= wanted) return nameIn(message.subarray(4, wanted));
    if (at + 5 > bytes.length) return more;
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0) return notTls;
    if (at + 5 + length > bytes.length) return bytes.length > maxHelloBytes ? notTls : more;
    fragments.push(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
}

/** The body of the message: version, random, then vectors with their lengths before them. */
function nameIn(body: Buffer): Hello {
  try {
    const rest = cursor(body, 34);
    rest.take(1);
    rest.take(2);
    rest.take(1);
    if (rest.isEmpty()) return { kind: "name", name: null };
    const extensions = cursor(rest.take(2));
    while (!extensions.isEmpty()) {
      const kind = extensions.number(2);
      const content = extensions.take(2);
      if (kind === serverNameExtension) return { kind: "name", name: firstHostName(content) };
    }
    return { kind: "name", name: null };
  } catch (error) {
    if (error instanceof RangeError) return notTls;
    throw error;
  }
}

function firstHostName(content: Buffer): string | null {
  const names = cursor(cursor(content).take(2));
  while (!names.isEmpty()) {
    const kind = names.number(1);
    const name = names.take(2);
    if (kind === hostNameType) return name.toString("latin1").toLowerCase();
  }
  return null;
}

/** Goes through bytes from `start` on; a RangeError tells that they end too early. */
function cursor(bytes: Buffer, start = 0) {
  let at = start;
  const part = (length: number): Buffer => {
    if (at + length > bytes.length) throw new RangeError("the greeting ends too early");
    at += length;
    return bytes.subarray(at - length, at);
  };
  const number = (size: 1 | 2): number => part(size).readUIntBE(0, size);
  if (start > bytes.length) throw new RangeError("the greeting ends too early");
  return {
    isEmpty: (): boolean => at >= bytes.length,
    number,
    /** A vector whose length stands before it in so many bytes. */
    take: (size: 1 | 2): Buffer => part(number(size)),
  };
}
