/** Copies a text and says so for a moment. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "../shell/icon.tsx";
import { useApp } from "../state/app-state.ts";

const saidMs = 1600;

/** `label` names what is copied: "Copy the generation id". */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const app = useApp();
  const copied = useSignal(false);
  useEffect(() => {
    if (!copied.value) return undefined;
    const timer = setTimeout(() => (copied.value = false), saidMs);
    return () => clearTimeout(timer);
  }, [copied.value]);
  const copy = async (): Promise<void> => {
    copied.value = await toClipboard(text);
    if (!copied.value) {
      app.notify({
        kind: "warn",
        says: "The browser did not allow copying.",
        hint: "Select the text and press Ctrl+C.",
      });
    }
  };
  return (
    <button
      type="button"
      class="icon-button small copy-button"
      aria-label={copied.value ? "Copied" : label}
      title={copied.value ? "Copied" : label}
      onClick={() => void copy()}
    >
      <Icon name={copied.value ? "check" : "copy"} size="small" />
    </button>
  );
}

/** False when the browser refuses: over plain HTTP from another machine it has no clipboard at all. */
async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
