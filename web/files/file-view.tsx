/** What stands in the editor's place for a file that is no text: a picture as it looks, anything else with its size. */
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { fileBytes, type ProgramFile } from "../../contract/files.ts";
import { loadPicture, type Picture } from "../output/pictures.ts";
import { formatBytes } from "../shell/format.ts";
import { Icon } from "../shell/icon.tsx";
import { FilePicker, iconOf } from "./file-tabs.tsx";
import { bytesOf, pictureType } from "./program-files.ts";
import { saveBytes } from "./save-bytes.ts";

export function FileView({ file }: { readonly file: ProgramFile }) {
  const picker = useRef<HTMLInputElement>(null);
  const picture = useSignal<Picture | null>(null);
  const type = pictureType(file.path);
  useEffect(() => {
    let isCurrent = true;
    picture.value = null;
    if (type !== null)
      void loadPicture(bytesOf(file), type).then((loaded) => {
        if (isCurrent) picture.value = loaded;
      });
    return () => {
      isCurrent = false;
    };
  }, [file]);
  const shown = picture.value;
  const size = formatBytes(fileBytes(file));
  return (
    <div class="file-view">
      {shown === null ? (
        <Icon name={iconOf(file)} size="large" />
      ) : (
        <img src={shown.address} alt={file.path} style={{ maxWidth: `min(100%, ${shown.width}px)` }} />
      )}
      <p>
        <strong>{file.path}</strong>
        <br />
        <span class="says">
          {shown === null ? `Not a text: ${size}` : `${shown.width} × ${shown.height} · ${size}`}
        </span>
      </p>
      <div class="file-view-acts">
        <button type="button" class="btn" onClick={() => picker.current?.click()}>
          <Icon name="upload" />
          Replace…
        </button>
        <button
          type="button"
          class="btn"
          onClick={() => saveBytes(file.path.split("/").at(-1) ?? "file", bytesOf(file))}
        >
          <Icon name="download" />
          Download
        </button>
      </div>
      <FilePicker picker={picker} label={`Replace ${file.path}`} replacing={file.path} />
    </div>
  );
}
