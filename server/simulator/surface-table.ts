/** Finds the surface that a method and path mean. */
import type { Surface } from "./exchange.ts";

export type Found =
  | { readonly kind: "found"; readonly surface: Surface; readonly parts: Readonly<Record<string, string>> }
  | { readonly kind: "wrong-method"; readonly allow: readonly string[] }
  | { readonly kind: "unknown" };

/** Surfaces with fixed paths win over those with named parts. */
export function findSurface(surfaces: readonly Surface[], method: string, path: string): Found {
  const fitting = surfaces.flatMap((surface) => {
    const parts = match(surface.path, path);
    return parts === null ? [] : [{ surface, parts }];
  });
  fitting.sort((one, other) => Object.keys(one.parts).length - Object.keys(other.parts).length);
  const wanted = method === "HEAD" ? "GET" : method;
  const found = fitting.find(({ surface }) => surface.method === wanted);
  if (found) return { kind: "found", ...found };
  if (fitting.length > 0)
    return { kind: "wrong-method", allow: fitting.map(({ surface }) => surface.method) };
  return { kind: "unknown" };
}

function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const parts: Record<string, string> = {};
  for (const [index, step] of wanted.entries()) {
    const value = given[index] ?? "";
    if (step.startsWith(":") && value !== "") parts[step.slice(1)] = decoded(value);
    else if (step !== value) return null;
  }
  return parts;
}

/** Percent-decoding that leaves malformed text as it is: then nothing is found under it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
