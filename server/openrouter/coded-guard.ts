/** Keeps a real key from reaching a program inside a compressed reply, where it can't be masked without changing every byte. */
import { Transform } from "node:stream";
import { beginningAtEnd } from "./redact-key.ts";

/**
 * Passes compressed bytes on as they come, after a decoder has looked at what they unfold to. When that holds the key the
 * reply is broken off; a chunk whose text ends like a beginning of the key waits for the next one. Bytes that the decoder
 * can't read pass: the program can't either. The guard owns the decoder.
 */
export function createCodedGuard(key: string, decoder: Transform): Transform {
  let held: Buffer[] = [];
  let tail: Buffer = Buffer.alloc(0);
  let found = false;
  let readable = true;
  let looked: () => void = () => {};

  decoder.on("data", (bytes: Buffer) => {
    const text = Buffer.concat([tail, bytes]);
    found ||= text.includes(key, 0, "latin1");
    tail = Buffer.from(text.subarray(text.length - beginningAtEnd(text, key)));
  });
  const stop = (): void => {
    readable = false;
    tail = Buffer.alloc(0);
    looked();
  };
  decoder.on("error", stop);
  decoder.on("end", stop);
  decoder.on("close", stop);

  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      held.push(chunk);
      const judge = (): void => {
        looked = () => {};
        if (found) return done(new Error("OpenRouter's reply held the key, so it was cut off."));
        if (tail.length === 0) {
          for (const bytes of held) this.push(bytes);
          held = [];
        }
        done();
      };
      if (!readable) return judge();
      looked = judge;
      // A decoder that fails or ends within these bytes calls back by its event only.
      decoder.write(chunk, () => looked());
    },
    flush(done) {
      for (const bytes of held) this.push(bytes);
      done();
    },
    destroy(error, done) {
      decoder.destroy();
      done(error);
    },
  });
}
