/** Reads a long list without holding up the page: at once when it is short, else some of it in each turn of the browser. */
import { useEffect, useMemo, useState } from "preact/hooks";

/** As many are read at once. */
const atOnce = 2_000;
const sliceMs = 10;

/** `read` of each item, in order; null while it goes on. `read` must be the same function each time. */
export function useInSlices<In, Out>(items: readonly In[], read: (item: In) => Out): readonly Out[] | null {
  const short = useMemo(() => (items.length <= atOnce ? items.map(read) : null), [items, read]);
  const [long, setLong] = useState<{ readonly of: readonly In[]; readonly found: readonly Out[] } | null>(
    null,
  );
  useEffect(() => {
    if (items.length <= atOnce) return undefined;
    const found: Out[] = [];
    let timer = 0;
    const readSome = (): void => {
      const until = performance.now() + sliceMs;
      for (const item of items.slice(found.length, found.length + atOnce)) {
        found.push(read(item));
        if (performance.now() > until) break;
      }
      if (found.length < items.length) timer = setTimeout(readSome);
      else setLong({ of: items, found });
    };
    timer = setTimeout(readSome);
    return () => clearTimeout(timer);
  }, [items, read]);
  return short ?? (long?.of === items ? long.found : null);
}
