/** A plain text field in Monaco's place until Monaco has arrived: the program is there, and can be edited, from the first paint. */
import type { RefObject } from "preact";
import { withFile } from "../files/program-files.ts";
import { useApp } from "../state/app-state.ts";

export function LightEditor({ field }: { readonly field: RefObject<HTMLTextAreaElement | null> }) {
  const app = useApp();
  const path = app.openPath.value;
  const file = app.files.value.find((other) => other.path === path);
  const text = file === undefined ? app.code.value : file.content;
  const lines = text.split("\n").length;
  return (
    <div class="light-editor">
      <pre class="light-numbers" aria-hidden="true">
        {Array.from({ length: lines }, (_, index) => index + 1).join("\n")}
      </pre>
      <textarea
        ref={field}
        class="mono"
        aria-label={path ?? "Program"}
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        wrap="off"
        value={text}
        onInput={(event) => {
          const content = event.currentTarget.value;
          if (file === undefined) app.code.value = content;
          else app.files.value = withFile(app.files.value, { ...file, content });
        }}
      />
    </div>
  );
}
