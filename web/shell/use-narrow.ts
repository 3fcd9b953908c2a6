/** Whether the window is as narrow as some width: a phone, or a desktop too small for three columns. */
import { useEffect, useState } from "preact/hooks";

/** True while the window is narrower than `width` px (768: a phone, as in every style sheet). */
export function useNarrow(width = 768): boolean {
  const text = `(max-width: ${width - 1}px)`;
  const [narrow, setNarrow] = useState(() => matchMedia(text).matches);
  useEffect(() => {
    const query = matchMedia(text);
    const onChange = (): void => setNarrow(query.matches);
    onChange();
    query.addEventListener("change", onChange);
    return () => query.removeEventListener("change", onChange);
  }, [text]);
  return narrow;
}
