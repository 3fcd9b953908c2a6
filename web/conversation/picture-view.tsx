/** A picture that was sent or made: shown when it is held in the recording and is nothing but a picture, else told in words. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { loadPicture, type Picture } from "../output/pictures.ts";
import { formatBytes } from "../shell/format.ts";
import { WebLink } from "./markdown-view.tsx";
import { heldPicture, type HeldPicture } from "./picture-bytes.ts";
import { webAddress } from "./web-address.ts";

export function PictureView({ url }: { readonly url: string }) {
  const held = useMemo(() => heldPicture(url), [url]);
  if (held.kind === "elsewhere") {
    return (
      <p class="part-note">
        Picture, not fetched:{" "}
        <WebLink address={webAddress(held.address)} written={held.address} isPlain>
          {held.address.slice(0, 300)}
        </WebLink>
      </p>
    );
  }
  if (held.kind === "held") {
    return (
      <p class="part-note">
        Picture ({held.mediaType === "" ? "of unknown type" : held.mediaType}, {formatBytes(held.size)}):{" "}
        {held.because}.
      </p>
    );
  }
  return <Shown held={held} />;
}

function Shown({ held }: { readonly held: Extract<HeldPicture, { kind: "shown" }> }) {
  const picture = useSignal<Picture | null>(null);
  const failed = useSignal(false);
  useEffect(() => {
    let isCurrent = true;
    void loadPicture(held.bytes, held.mediaType).then((loaded) => {
      if (!isCurrent) return;
      picture.value = loaded;
      failed.value = loaded === null;
    });
    return () => {
      isCurrent = false;
    };
  }, [held]);
  const says = `${held.mediaType}, ${formatBytes(held.bytes.length)}`;
  if (failed.value) return <p class="part-note">Picture ({says}): the browser can't read it.</p>;
  if (picture.value === null) return <p class="part-note">Picture ({says})…</p>;
  const { address, width, height } = picture.value;
  return (
    <figure class="part-picture">
      <img src={address} alt={`Picture of the conversation, ${width} × ${height}`} />
      <figcaption>
        {width} × {height}, {says}
      </figcaption>
    </figure>
  );
}
