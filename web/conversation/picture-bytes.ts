/** Takes a picture out of a data: address, if it is one that may be shown: raster types only, of a bounded size. Pure. */

/** SVG is a document with scripts and addresses, so it is none of these. */
const shownTypes: ReadonlySet<string> = new Set([
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "image/avif",
]);
/** Larger ones are told with their size only. */
export const shownPictureBytes = 12 * 1024 * 1024;

export type HeldPicture =
  | { readonly kind: "shown"; readonly mediaType: string; readonly bytes: Uint8Array<ArrayBuffer> }
  /** Held in the recording, but not shown for the reason that is told. */
  | { readonly kind: "held"; readonly mediaType: string; readonly size: number; readonly because: string }
  /** Somewhere on the web; it is never fetched. */
  | { readonly kind: "elsewhere"; readonly address: string };

export function heldPicture(url: string): HeldPicture {
  const head = /^data:([^,]{0,200}),/i.exec(url);
  if (head === null) return { kind: "elsewhere", address: url };
  const [mediaType = "", ...parameters] = (head[1] ?? "")
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  const isBase64 = parameters.includes("base64");
  const body = url.slice(head[0].length);
  const size = isBase64 ? Math.floor((body.length * 3) / 4) : body.length;
  const held = (because: string): HeldPicture => ({ kind: "held", mediaType, size, because });
  if (!shownTypes.has(mediaType))
    return held("pictures of this type are not shown, since they can hold more than a picture");
  if (size > shownPictureBytes) return held("it is too large to be shown here");
  const bytes = isBase64 ? fromBase64(body) : null;
  return bytes === null ? held("its Base64 is damaged") : { kind: "shown", mediaType, bytes };
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
    return bytes;
  } catch {
    // A recording that was cut, or a model that made it up.
    return null;
  }
}
