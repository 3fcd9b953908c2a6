/** What is spent against the nearest ceiling, in the foot; pressing it opens the ceilings. */
import "./ceilings.css";
import { useRef } from "preact/hooks";
import { ceilingLabels } from "../../contract/session.ts";
import { formatUsd, formatUsdShort } from "../shell/format.ts";
import { Dialog } from "../shell/dialog.tsx";
import { usePageDialogs } from "../shell/page-dialogs.ts";
import { useApp } from "../state/app-state.ts";
import { CeilingsForm } from "./ceilings-form.tsx";
import { amountWords } from "./amounts.ts";
import { HeldBar } from "./held-bar.tsx";
import { ceilingNames, heldOf, nearest } from "./spending.ts";

export function CeilingsChip() {
  const app = useApp();
  const { ceilings: open } = usePageDialogs();
  const chip = useRef<HTMLButtonElement>(null);
  const ceilings = app.session.value?.ceilings;
  if (ceilings === undefined) return null;
  const near = nearest(heldOf(ceilings, app.run.value, app.calls.value));
  const words =
    near !== null
      ? `${ceilingNames[near.which]}: ${formatUsd(near.heldUsd)} of ${amountWords(near.ceilingUsd)}`
      : `No ceiling is set; ${formatUsd(ceilings.daySpentUsd)} spent today`;
  return (
    <>
      <button
        ref={chip}
        type="button"
        class="status-chip ceilings-chip"
        aria-haspopup="dialog"
        aria-expanded={open.value}
        aria-label={`${ceilingLabels.place}. ${words}`}
        title={words}
        onClick={() => (open.value = true)}
      >
        {near === null ? (
          "no ceiling"
        ) : (
          <>
            <span>
              {ceilingNames[near.which]} <b>{formatUsdShort(near.heldUsd)}</b> /{" "}
              {amountWords(near.ceilingUsd)}
            </span>
            <HeldBar held={near} />
          </>
        )}
      </button>
      <Dialog
        open={open.value}
        onClose={() => (open.value = false)}
        label={ceilingLabels.place}
        anchor={chip.current}
        class="ceilings-dialog"
      >
        <CeilingsForm onDone={() => (open.value = false)} />
      </Dialog>
    </>
  );
}
