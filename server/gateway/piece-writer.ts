/** Writes the pieces of a reply to the program's connection itself, framed as Node's response frames them, but in the same call and as one piece. */
import type { ServerResponse } from "node:http";

export interface PieceWriter {
  /** False: the connection is behind; `drained` is called when it is no more. */
  write(bytes: Buffer): boolean;
  /** Before the response's own `end`. */
  close(): void;
}

/**
 * Node's response gathers what is written to it until the end of the turn, and then writes each piece in three parts. A stream's
 * piece comes alone: it need not wait. The first one still goes through the response, which sends the head along with it.
 */
export function createPieceWriter(response: ServerResponse, drained: () => void): PieceWriter {
  const socket = response.req.socket;
  let isFirst = true;
  response.on("drain", drained);
  return {
    write(bytes) {
      // A chunk without bytes would be the end of all.
      if (bytes.length === 0) return true;
      // A response that waits for an earlier one on its connection keeps what is written to it.
      if (isFirst || response.socket !== socket || !socket.writable) {
        isFirst = false;
        return response.write(bytes);
      }
      const isTaken = socket.write(response.chunkedEncoding ? framed(bytes) : bytes);
      if (!isTaken && socket.listenerCount("drain", drained) === 0) socket.on("drain", drained);
      return isTaken;
    },
    close() {
      socket.off("drain", drained);
    },
  };
}

/** A chunk with its length before it (RFC 9112, section 7.1). */
function framed(bytes: Buffer): Buffer {
  const size = bytes.length.toString(16);
  const chunk = Buffer.allocUnsafe(size.length + bytes.length + 4);
  const start = chunk.write(`${size}\r\n`, "latin1");
  chunk.set(bytes, start);
  chunk.writeUInt16BE(0x0d0a, start + bytes.length);
  return chunk;
}
