/** Makes a picture of bytes: an address that holds them, and how large it is by itself. */

export interface Picture {
  /** A data: address; scripts of an SVG never run in an <img>. */
  readonly address: string;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** Null when the browser can't make a picture of it. */
export async function loadPicture(
  bytes: Uint8Array<ArrayBuffer>,
  mediaType: string,
): Promise<Picture | null> {
  const address = await dataAddress(bytes, mediaType);
  const image = new Image();
  image.src = address;
  try {
    await image.decode();
  } catch {
    // The decoder's only complaint: these bytes are no picture of that kind.
    return null;
  }
  // An SVG without a size of its own has none.
  return { address, width: image.naturalWidth || 300, height: image.naturalHeight || 150 };
}

function dataAddress(bytes: Uint8Array<ArrayBuffer>, mediaType: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(typeof reader.result === "string" ? reader.result : ""));
    reader.addEventListener("error", () => reject(reader.error ?? new Error("unreadable")));
    reader.readAsDataURL(new Blob([bytes], { type: mediaType }));
  });
}
