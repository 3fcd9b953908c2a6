/** What the filter of the calls understands, under its button: pressing an example puts it into the line. */
import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { useRef } from "preact/hooks";
import { Dialog } from "../shell/dialog.tsx";
import { Icon } from "../shell/icon.tsx";
import { explained } from "./filter-terms.ts";

const keys: readonly (readonly [keys: string, says: string])[] = [
  ["↑ ↓ Home End PgUp PgDn", "walk the list"],
  ["Enter", "open the call"],
  ["Shift+Enter", "show the line that sent it"],
  ["Shift+F10", "what can be done with it"],
  ["/", "come here"],
];

export function FilterHint({ add }: { readonly add: (term: string) => void }) {
  const open = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        class="calls-hint-button"
        aria-label="What the filter understands"
        title="What the filter understands"
        aria-haspopup="dialog"
        aria-expanded={open.value}
        onClick={() => (open.value = true)}
      >
        <Icon name="help-circle" />
      </button>
      <Dialog
        open={open.value}
        onClose={() => (open.value = false)}
        label="What the filter understands"
        anchor={button.current}
        class="calls-hint"
      >
        <div class="dialog-body">
          <dl class="calls-hint-list">
            {explained.map(([example, says]) => (
              <Fragment key={example}>
                <dt>
                  <button
                    type="button"
                    class="link-button mono"
                    onClick={() => {
                      open.value = false;
                      add(example);
                    }}
                  >
                    {example}
                  </button>
                </dt>
                <dd>{says}</dd>
              </Fragment>
            ))}
          </dl>
          <h3 class="label">Keys in the list</h3>
          <dl class="calls-hint-list">
            {keys.map(([name, says]) => (
              <Fragment key={name}>
                <dt>
                  <kbd>{name}</kbd>
                </dt>
                <dd>{says}</dd>
              </Fragment>
            ))}
          </dl>
        </div>
      </Dialog>
    </>
  );
}
