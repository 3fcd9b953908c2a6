/** A file of ours that is made while it is sent, no faster than the browser takes it. */
import { fileNameParameters } from "./bytes-reply.ts";
import type { Reply } from "./replies.ts";

/** What a handler of a route with `output: "bytes"` may answer with, too. */
export interface SentStream {
  readonly mediaType: "application/json";
  /** Any text; it is made a plain name here. */
  readonly fileName: string;
  /** Asked for once somebody reads (to HEAD nobody does); ended when the browser goes away. */
  readonly chunks: () => AsyncIterable<string>;
}

/** `failed` hears of a fault after the head was sent: only cutting the connection tells the browser that it is not whole. */
export function streamedReply(
  { mediaType, fileName, chunks }: SentStream,
  failed: (error: unknown) => void,
): Reply {
  return {
    status: 200,
    headers: {
      "content-type": mediaType,
      "content-disposition": `attachment; ${fileNameParameters(fileName)}`,
      "content-security-policy": "sandbox; default-src 'none'",
      "cache-control": "no-store",
    },
    body: streamOf(chunks, failed),
  };
}

function streamOf(
  chunks: SentStream["chunks"],
  failed: (error: unknown) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const utf8 = new TextEncoder();
  let reading: AsyncIterator<string> | null = null;
  return new ReadableStream(
    {
      async pull(controller) {
        reading ??= chunks()[Symbol.asyncIterator]();
        try {
          const next = await reading.next();
          if (next.done === true) controller.close();
          else controller.enqueue(utf8.encode(next.value));
        } catch (error) {
          failed(error);
          controller.close();
        }
      },
      async cancel() {
        await reading?.return?.();
      },
    },
    // Nothing is made before it is asked for.
    { highWaterMark: 0 },
  );
}
