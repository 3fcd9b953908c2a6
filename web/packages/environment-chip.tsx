/** The Python that runs use, in the foot; opens the list of all there are. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Dialog } from "../shell/dialog.tsx";
import { useApp } from "../state/app-state.ts";
import { EnvironmentPicker } from "./environment-picker.tsx";
import { shortName } from "./package-words.ts";
import { usePackages } from "./packages.ts";

export function EnvironmentChip() {
  const app = useApp();
  const packages = usePackages();
  const chip = useRef<HTMLButtonElement>(null);
  const open = useSignal(false);
  const session = app.session.value;
  if (session === null || session.python === null) return null;
  const isBusy = packages.installation.value?.state === "running";
  return (
    <>
      <button
        ref={chip}
        type="button"
        class="status-chip environment-chip"
        aria-haspopup="dialog"
        aria-expanded={open.value}
        title={packagesWords(session.packages)}
        onClick={() => {
          open.value = true;
          void packages.load();
        }}
      >
        {isBusy && <i class="led busy" />}
        {shortName(session.environment.name)}
      </button>
      <Dialog
        open={open.value}
        onClose={() => (open.value = false)}
        label="Python"
        anchor={chip.current}
        class="environment-dialog"
      >
        <EnvironmentPicker onClose={() => (open.value = false)} />
      </Dialog>
    </>
  );
}

const packagesWords = (packages: readonly string[]): string =>
  packages.length === 0 ? "Only the standard library" : `With ${packages.join(", ")}`;
