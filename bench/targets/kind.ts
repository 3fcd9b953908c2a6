/** A named thing that can be opened for measuring, and what opens several of them. */

export type Prepared<T> =
  | { readonly ok: true; readonly target: T }
  /** It can't be had here; in one line, with what would mend it. */
  | { readonly ok: false; readonly missing: string };

export interface Kind<T extends AsyncDisposable> {
  readonly name: string;
  readonly says: string;
  /** † keeps state between runs; ‡ is a floor or a part of ours, not a peer. */
  readonly mark: "" | "†" | "‡";
  /** Takes a second or more each time: measured in every fourth round only. */
  readonly isSlow: boolean;
  /** Throws only when something is there and does not work. */
  prepare(): Promise<Prepared<T>>;
}

/** Whether a kind takes part in a round; in round 0, which is thrown away, all do. */
export const takesPart = ({ isSlow }: Pick<Kind<never>, "isSlow">, round: number): boolean =>
  !isSlow || round === 0 || round % 4 === 1;

export interface PreparedKind<T extends AsyncDisposable> {
  readonly kind: Kind<T>;
  readonly target: T;
}

export interface PreparedKinds<T extends AsyncDisposable> extends AsyncDisposable {
  readonly kinds: readonly PreparedKind<T>[];
  /** "name: why", one for each that is left out. */
  readonly missing: readonly string[];
}

/** Opens them one after another; one that can't be had is left out, and that is said. */
export async function prepareAll<T extends AsyncDisposable>(
  wanted: readonly Kind<T>[],
): Promise<PreparedKinds<T>> {
  const kinds: PreparedKind<T>[] = [];
  const missing: string[] = [];
  const close = async (): Promise<void> => {
    for (const { target } of kinds.toReversed()) await target[Symbol.asyncDispose]();
  };
  try {
    for (const kind of wanted) {
      const prepared = await kind.prepare();
      if (prepared.ok) kinds.push({ kind, target: prepared.target });
      else missing.push(`${kind.name}: ${prepared.missing}`);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { kinds, missing, [Symbol.asyncDispose]: close };
}
