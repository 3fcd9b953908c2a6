/** A menu of actions under a button, walked with the arrow keys; each entry shows its key. */
import { Dialog, type Place } from "./dialog.tsx";
import type { IconName } from "./icon-names.ts";
import { Icon } from "./icon.tsx";

export interface MenuItem {
  readonly label: string;
  readonly icon?: IconName;
  /** As it is printed on keys: "Ctrl+S". */
  readonly keys?: string | undefined;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** Of a choice between several: whether this one is chosen. */
  readonly chosen?: boolean;
  /** Of something that is on or off by itself: which it is. */
  readonly checked?: boolean;
  readonly run: () => void;
}

interface MenuProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly label: string;
  readonly anchor: Place | null;
  /** "rule" draws a line between groups. */
  readonly items: readonly (MenuItem | "rule")[];
}

export function Menu({ open, onClose, label, anchor, items }: MenuProps) {
  return (
    <Dialog open={open} onClose={onClose} label={label} anchor={anchor} head={false} class="menu">
      <div class="menu-list" role="menu" aria-label={label} onKeyDown={walk}>
        {items.map((item, index) =>
          item === "rule" ? (
            <div key={index} class="menu-rule" role="separator" />
          ) : (
            <button
              key={item.label}
              type="button"
              class={item.danger === true ? "menu-item danger" : "menu-item"}
              disabled={item.disabled === true}
              {...roleOf(item)}
              onClick={() => {
                onClose();
                item.run();
              }}
            >
              {item.icon !== undefined && <Icon name={item.icon} />}
              <span>{item.label}</span>
              {(item.chosen === true || item.checked === true) && <Icon name="check" size="small" />}
              {item.keys !== undefined && <kbd>{item.keys}</kbd>}
            </button>
          ),
        )}
      </div>
    </Dialog>
  );
}

function roleOf({ chosen, checked }: MenuItem) {
  if (chosen !== undefined) return { role: "menuitemradio", "aria-checked": chosen } as const;
  if (checked !== undefined) return { role: "menuitemcheckbox", "aria-checked": checked } as const;
  return { role: "menuitem" } as const;
}

const steps: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

function walk(event: KeyboardEvent): void {
  const step = steps[event.key];
  if (step === undefined || !(event.currentTarget instanceof HTMLElement)) return;
  const entries = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("button:enabled")];
  const at = entries.findIndex((entry) => entry === document.activeElement);
  entries[step(at, entries.length)]?.focus();
  event.preventDefault();
}
