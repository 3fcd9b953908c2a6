/** Which of the page's own dialogs are open. */
import { signal, type Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";

export interface PageDialogs {
  readonly shortcuts: Signal<boolean>;
  /** On a phone: the row of files, although there is only the program yet. */
  readonly files: Signal<boolean>;
  /** What programs may reach. */
  readonly reach: Signal<boolean>;
  /** What programs may spend. */
  readonly ceilings: Signal<boolean>;
}

export const createPageDialogs = (): PageDialogs => ({
  shortcuts: signal(false),
  files: signal(false),
  reach: signal(false),
  ceilings: signal(false),
});

export const PageDialogsContext = createContext<PageDialogs | null>(null);

export function usePageDialogs(): PageDialogs {
  const dialogs = useContext(PageDialogsContext);
  if (dialogs === null) throw new Error("usePageDialogs outside of PageDialogsContext");
  return dialogs;
}
