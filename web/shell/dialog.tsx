/** The one way to open something over the page: under its button on a desktop, a sheet on a phone, always closed by Escape. */
import "./dialog.css";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";

/** Where something stands in the window: an element, or a point. */
export type Place = Pick<Element, "getBoundingClientRect">;

interface DialogProps {
  readonly open: boolean;
  /** Escape, a press outside and the close button end here; set `open` to false. */
  readonly onClose: () => void;
  /** What it is, for the head and for screen readers. */
  readonly label: string;
  /** The button it stands beside; without one it stands in the middle. */
  readonly anchor?: Place | null;
  /** False leaves out the head with its close button (menus). */
  readonly head?: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** The native `<dialog>` keeps the focus inside and gives it back when closed. Put content in `.dialog-body`. */
export function Dialog({ open, onClose, label, anchor, head = true, class: extra, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null) return undefined;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
    if (!open || anchor == null) return undefined;
    // After showModal has given it a size; again when its content or the window changes that.
    const place = (): void => standBeside(dialog, anchor);
    place();
    const sizes = new ResizeObserver(place);
    sizes.observe(dialog);
    addEventListener("resize", place);
    return () => {
      sizes.disconnect();
      removeEventListener("resize", place);
    };
  }, [open, anchor]);
  const classes = ["dialog", anchor == null ? "middle" : undefined, extra].filter(Boolean).join(" ");
  return (
    <dialog
      ref={element}
      class={classes}
      aria-label={label}
      onClose={onClose}
      onPointerDown={(event) => {
        // A press on the backdrop reports the dialog itself as its target.
        if (event.target === event.currentTarget && isOutside(event, event.currentTarget)) onClose();
      }}
    >
      {open && head && (
        <div class="dialog-head">
          <h2>{label}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="x" />
          </button>
        </div>
      )}
      {open && children}
    </dialog>
  );
}

function isOutside(event: PointerEvent, dialog: HTMLDialogElement): boolean {
  const box = dialog.getBoundingClientRect();
  return (
    event.clientX < box.left ||
    event.clientX > box.right ||
    event.clientY < box.top ||
    event.clientY > box.bottom
  );
}

const gap = 4;
const edge = 8;

/** Below the button when there is room, else above; kept inside the window. A phone's style sheet overrules it. */
function standBeside(dialog: HTMLDialogElement, anchor: Place): void {
  const button = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = dialog;
  const alignRight = button.left + width > innerWidth - edge;
  const left = alignRight ? Math.max(edge, button.right - width) : button.left;
  const below = button.bottom + gap + height <= innerHeight - edge;
  // Above it hangs from its lower edge, so that it grows upwards.
  const vertical = below
    ? [`${button.bottom + gap}px`, "auto"]
    : ["auto", `${Math.max(edge, Math.min(innerHeight - button.top + gap, innerHeight - height - edge))}px`];
  dialog.style.inset = `${vertical[0]} auto ${vertical[1]} ${Math.min(left, innerWidth - width - edge)}px`;
}
