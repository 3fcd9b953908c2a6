/** The program in Monaco: text, cursor and commands are tied to the page's state here. */
import "./editor-pane.css";
import { useSignal, useSignalEffect, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useNarrow } from "../shell/use-narrow.ts";
import { useTheme } from "../shell/theme.ts";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { usePageParts } from "../state/page-parts.ts";
import { usePageCommands } from "../shell/page-commands.ts";
import { FileView } from "../files/file-view.tsx";
import { LightEditor } from "./light-editor.tsx";
import type { ProgramEditor } from "./program-editor.ts";

export interface Cursor {
  readonly line: number;
  readonly column: number;
  /** Characters; 0 when nothing is selected. */
  readonly selected: number;
}

export function EditorPane({ cursor }: { readonly cursor: Signal<Cursor> }) {
  const app = useApp();
  const theme = useTheme();
  const narrow = useNarrow();
  const { editor: slot } = usePageParts();
  const commands = usePageCommands();
  const actions = useActions();
  const place = useRef<HTMLDivElement>(null);
  const light = useRef<HTMLTextAreaElement>(null);
  const editor = useSignal<ProgramEditor | null>(null);
  const isMissing = useSignal(false);

  useEffect(() => {
    let made: ProgramEditor | null = null;
    import("./program-editor.ts").then(
      ({ createProgramEditor }) => {
        if (place.current === null) return;
        const field = light.current;
        made = createProgramEditor({
          place: place.current,
          app,
          commands,
          actions,
          shown: theme.shown.value,
          onCursor: (at) => (cursor.value = at),
        });
        if (field !== null)
          made.takeOver(field.selectionStart, field.selectionEnd, document.activeElement === field);
        editor.value = made;
        slot.fill(made);
      },
      () => (isMissing.value = true),
    );
    return () => made?.dispose();
  }, []);
  useSignalEffect(() => editor.value?.setTheme(theme.shown.value));
  useEffect(() => editor.value?.setNarrow(narrow), [narrow, editor.value]);

  const file = app.files.value.find(({ path }) => path === app.openPath.value);
  const isText = file === undefined || file.encoding === "utf8";
  return (
    <main id="editor" class="editor-pane" aria-label="Program">
      {/* Out of reach as well as out of sight, but not gone: it keeps its size and what was undone. */}
      <div class="editor-place" ref={place} inert={!isText} />
      {editor.value === null && <LightEditor field={light} />}
      {!isText && <FileView key={file.path} file={file} />}
      {isMissing.value && (
        <p class="editor-missing says" role="status">
          The full editor could not be loaded; this plain one works too. Reload the page to try again.
        </p>
      )}
    </main>
  );
}
