/** A pane over the whole page of a phone; Escape, the back of its head and a press beside it close it. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";

interface SheetProps {
  readonly open: boolean;
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Sheet({ open, label, onClose, children }: SheetProps) {
  const element = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog ref={element} class="sheet" aria-label={label} onClose={onClose}>
      {open && (
        <>
          <button type="button" class="sheet-close" aria-label={`Close: ${label}`} onClick={onClose}>
            <Icon name="chevron-down" />
          </button>
          {children}
        </>
      )}
    </dialog>
  );
}
