/** Opens the targets one after another; one that can't be had is left out, and that is said. */
import type { Target, TargetKind } from "../targets/target.ts";

export interface PreparedKind {
  readonly kind: TargetKind;
  readonly target: Target;
}

export interface PreparedKinds extends AsyncDisposable {
  readonly kinds: readonly PreparedKind[];
  /** "name: why", one for each that is left out. */
  readonly missing: readonly string[];
}

export async function prepareAll(wanted: readonly TargetKind[]): Promise<PreparedKinds> {
  const kinds: PreparedKind[] = [];
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
