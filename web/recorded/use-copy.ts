/** Copies a text by a key or a button, and says so, or says why not. */
import { useApp } from "../state/app-state.ts";

/** `what` begins the sentence that tells of it: "Value". */
export function useCopy(): (text: string, what: string) => Promise<void> {
  const app = useApp();
  return async (text, what) => {
    try {
      await navigator.clipboard.writeText(text);
      app.notify({ kind: "ok", says: `${what} copied.` });
    } catch {
      // Over plain HTTP from another machine a page has no clipboard at all.
      app.notify({
        kind: "warn",
        says: "The browser did not allow copying.",
        hint: "Select the text and press Ctrl+C.",
      });
    }
  };
}
