/** A stranger's bytes on their way to a browser: never a document of this site, whatever they say that they are. */
import type { Reply } from "./replies.ts";

/** What a handler of a route with `output: "bytes"` answers with. */
export interface SentBytes {
  readonly bytes: Uint8Array;
  /** What they are said to be. */
  readonly mediaType: string | null;
  /** Any text; it is made a plain name here. */
  readonly fileName: string;
  /** True: the browser saves them, even if it could show them. */
  readonly asAttachment: boolean;
}

/** All that a browser may show by itself; anything else is only saved. */
const shown: Readonly<Record<string, string>> = {
  "image/png": "image/png",
  "image/jpeg": "image/jpeg",
  "image/gif": "image/gif",
  "image/webp": "image/webp",
  "image/svg+xml": "image/svg+xml",
  "text/plain": "text/plain; charset=utf-8",
};

/** A result never changes under its address; it is nobody else's. */
export function bytesReply({ bytes, mediaType, fileName, asAttachment }: SentBytes): Reply {
  const type = shown[mediaType ?? ""];
  const place = asAttachment || type === undefined ? "attachment" : "inline";
  return {
    status: 200,
    headers: {
      "content-type": type ?? "application/octet-stream",
      "content-disposition": `${place}; ${fileNameParameters(fileName)}`,
      // An SVG opened by its address is a document: here it has no origin, no scripts, and loads nothing.
      "content-security-policy": "sandbox; default-src 'none'",
      "cache-control": "private, max-age=31536000, immutable",
    },
    body: new Uint8Array(bytes),
  };
}

/** RFC 6266: the last segment, without anything that a file system or a header reads as more than a name. */
export function fileNameParameters(fileName: string): string {
  const last = fileName.split(/[/\\]/).at(-1) ?? "";
  const plain = last
    .replace(/[\p{Cc}\p{Cf}\p{Surrogate}"*:<>?|%]/gu, "_")
    .replace(/^\.+/, "_")
    .slice(0, 100)
    .toWellFormed();
  const name = plain === "" ? "result" : plain;
  const ascii = name.replace(/[^\x20-\x7e]/g, "_");
  const encoded = encodeURIComponent(name).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
