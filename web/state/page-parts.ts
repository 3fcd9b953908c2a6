/** The few objects that several panes reach for besides the state: the output's feed and the editor's port. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { EditorSlot } from "../editor/editor-port.ts";
import type { Feed } from "../output/feed.ts";

export interface PageParts {
  readonly feed: Feed;
  readonly editor: EditorSlot;
  /** The page's base path: "" or "/ide". */
  readonly base: string;
  /** Keys are written with ⌘ there. */
  readonly isMac: boolean;
  /** Goes to the sign-in page: this session is over. */
  readonly leave: () => void;
}

export const PagePartsContext = createContext<PageParts | null>(null);

export function usePageParts(): PageParts {
  const parts = useContext(PagePartsContext);
  if (parts === null) throw new Error("usePageParts outside of PagePartsContext");
  return parts;
}
