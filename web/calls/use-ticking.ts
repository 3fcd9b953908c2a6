/** The moment "now" for what is under way: it moves only while something is. */
import { useEffect, useState } from "preact/hooks";

const everyMs = 100;

/** Unix ms, drawn anew ten times a second while `live`. */
export function useTicking(live: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!live) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [live]);
  return now;
}
