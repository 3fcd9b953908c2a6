/** A plain text field in Monaco's place until Monaco has arrived: the program is there, and can be edited, from the first paint. */
import type { RefObject } from "preact";
import { useApp } from "../state/app-state.ts";

export function LightEditor({ field }: { readonly field: RefObject<HTMLTextAreaElement | null> }) {
  const app = useApp();
  const lines = app.code.value.split("\n").length;
  return (
    <div class="light-editor">
      <pre class="light-numbers" aria-hidden="true">
        {Array.from({ length: lines }, (_, index) => index + 1).join("\n")}
      </pre>
      <textarea
        ref={field}
        class="mono"
        aria-label="Program"
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        wrap="off"
        value={app.code.value}
        onInput={(event) => (app.code.value = event.currentTarget.value)}
      />
    </div>
  );
}
