/** How a result is called. Pure. */
import type { RunResult } from "../../contract/results.ts";

const kinds = { image: "Picture", html: "Page", text: "Text", file: "File" } as const;

/** Its own name, else what it is and which: "Picture 2". */
export function titleOf(result: RunResult): string {
  return result.name ?? `${kinds[result.display]} ${result.number}`;
}

/** The name that a download gets: with an ending, so that it opens with something. */
export function downloadName(result: RunResult): string {
  const name = (result.name ?? `result-${result.number}`).split(/[/\\]/).at(-1) ?? "";
  if (/\.\w{1,8}$/.test(name)) return name;
  return `${name === "" ? `result-${result.number}` : name}${endings[result.mediaType ?? ""] ?? ""}`;
}

const endings: Readonly<Record<string, string>> = {
  "image/png": ".png",
  "image/jpeg": ".jpg",
  "image/gif": ".gif",
  "image/webp": ".webp",
  "image/svg+xml": ".svg",
  "text/html": ".html",
  "text/plain": ".txt",
  "application/json": ".json",
};
