/** Whether the page is on a phone, where rows become cards and the inspector a sheet. */
import { useEffect, useState } from "preact/hooks";

/** The same width as in every pane's style sheet. */
const phone = "(max-width: 767px)";

export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(phone).matches);
  useEffect(() => {
    const query = matchMedia(phone);
    const onChange = (): void => setNarrow(query.matches);
    query.addEventListener("change", onChange);
    return () => query.removeEventListener("change", onChange);
  }, []);
  return narrow;
}
