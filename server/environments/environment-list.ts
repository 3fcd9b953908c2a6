/** What there is to choose from, as the page shows it. */
import type { Environment, PackageIndex as IndexView } from "../../contract/environments.ts";
import type { Interpreter } from "./interpreters.ts";
import type { KnownPythons } from "./known-pythons.ts";
import type { Managed, Wanted } from "./managed.ts";
import { indexName, type PackageIndex } from "../package-index.ts";
import { managedId } from "./resolve.ts";

export const managedName = (standard: Interpreter): string => `Managed (Python ${standard.version})`;

/** Those that can't be used are listed too, with the reason. */
export const interpreterViews = async (pythons: KnownPythons): Promise<Environment[]> =>
  Promise.all(
    (await pythons.all()).map(async (one): Promise<Environment> => {
      const described = await pythons.describe(one);
      return {
        id: one.id,
        name: one.name,
        kind: one.kind,
        version: one.version,
        path: one.place.path,
        state: described.ok ? "ready" : "failed",
        says: described.ok ? null : described.error.says,
        packages: described.ok ? described.value.packages : [],
      };
    }),
  );

export async function managedView(
  managed: Managed,
  wanted: Wanted,
  index: PackageIndex | null,
): Promise<Environment> {
  const there = await managed.look(wanted);
  const failed = managed.failureOf(wanted);
  const isMaking = managed.isMaking(wanted);
  const absent =
    index === null
      ? "It can't be made: the package index is turned off."
      : `It is made from ${indexName(index)} when it is first needed: ${wanted.requirements.join(", ")}.`;
  return {
    id: managedId,
    name: managedName(wanted.interpreter),
    kind: "managed",
    version: wanted.interpreter.version,
    path: null,
    state: there !== null ? "ready" : isMaking ? "making" : failed === null ? "absent" : "failed",
    says: there !== null || isMaking ? null : (failed?.says ?? absent),
    packages: there === null ? [] : there.packages,
  };
}

/** `last`: what the index said when it was asked last. */
export function indexView(
  index: PackageIndex | null,
  last: { readonly trouble: string | null } | null,
): IndexView {
  if (index === null) return { url: null, reachable: null, says: "It is turned off." };
  return {
    url: index.url.href,
    reachable: last === null ? null : last.trouble === null,
    says: last?.trouble ?? null,
  };
}
