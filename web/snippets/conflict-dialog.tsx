/** Two people, or two tabs, changed the same snippet: nobody's text is lost, the user says which goes on. */
import { batch, useSignal } from "@preact/signals";
import { limits } from "../../contract/limits.ts";
import { useApi } from "../api/api-context.ts";
import { Dialog } from "../shell/dialog.tsx";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";

interface ConflictProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

export function ConflictDialog({ open, onClose }: ConflictProps) {
  const app = useApp();
  const api = useApi();
  const actions = useActions();
  const busy = useSignal(false);

  const keepMine = async (): Promise<void> => {
    busy.value = true;
    const saved = await actions.saveAs(mineOf(app.program.value.name));
    busy.value = false;
    if (saved) onClose();
  };
  const loadTheirs = async (): Promise<void> => {
    const { snippetId } = app.program.value;
    if (snippetId === null) return onClose();
    busy.value = true;
    const theirs = await api.getSnippet({ params: { snippet: snippetId } });
    busy.value = false;
    if (!theirs.ok) return app.explain(theirs.error);
    const mine = { code: app.code.value, files: app.files.value, program: app.program.value };
    const { id, revision, name, code, files } = theirs.value;
    const saved = { savedCode: code, savedFiles: files };
    batch(() => {
      app.program.value = { snippetId: id, revision, name, ...saved };
      app.code.value = code;
      app.files.value = files;
      app.openPath.value = null;
    });
    onClose();
    app.notify({
      kind: "info",
      says: "Theirs is in the editor now.",
      hint: "Yours is not saved anywhere.",
      action: {
        label: "Bring mine back",
        run: () => {
          // On top of their revision: saving it now replaces theirs knowingly.
          batch(() => {
            app.program.value = { ...mine.program, revision, ...saved };
            app.code.value = mine.code;
            app.files.value = mine.files;
            app.openPath.value = null;
          });
        },
      },
    });
  };

  return (
    <Dialog open={open} onClose={onClose} label="Changed elsewhere">
      <div class="dialog-body conflict-body">
        <p>
          <strong>{app.program.value.name}</strong> was saved from another tab or browser after you had opened
          it here. Yours has not been saved; it stays in the editor until you choose.
        </p>
        <div class="conflict-actions">
          <button type="button" class="btn" disabled={busy.value} onClick={() => void loadTheirs()}>
            Load theirs
          </button>
          <button
            type="button"
            class="btn btn-primary"
            disabled={busy.value}
            onClick={() => void keepMine()}
            autoFocus
          >
            Keep mine as a new one
          </button>
        </div>
      </div>
    </Dialog>
  );
}

const mark = " (mine)";

function mineOf(name: string): string {
  return name.endsWith(mark) ? name : name.slice(0, limits.snippetNameLength - mark.length) + mark;
}
