/** Hands the typed client down, so that no pane makes its own. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Api } from "./client.ts";

export const ApiContext = createContext<Api | null>(null);

/** The typed client, anywhere below main.tsx. */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === null) throw new Error("useApi outside of ApiContext");
  return api;
}
