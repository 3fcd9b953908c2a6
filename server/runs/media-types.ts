/** What a result is said to be, and how the page shows it. Pure. */
import type { RunResult } from "../../contract/results.ts";

const byExtension: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
  html: "text/html",
  htm: "text/html",
  txt: "text/plain",
  log: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  json: "application/json",
  jsonl: "application/jsonl",
  py: "text/x-python",
  pdf: "application/pdf",
  zip: "application/zip",
  mp3: "audio/mpeg",
  wav: "audio/wav",
  mp4: "video/mp4",
  parquet: "application/vnd.apache.parquet",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** By the name's ending; null when it tells nothing. */
export function guessMediaType(name: string): string | null {
  const extension = /\.([a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase();
  return extension === undefined ? null : (byExtension[extension] ?? null);
}

/** Lower case and without parameters; null when it is none. */
export function plainMediaType(told: string): string | null {
  const type = told.split(";")[0]?.trim().toLowerCase() ?? "";
  return /^[a-z0-9][\w.+-]{0,62}\/[a-z0-9][\w.+-]{0,62}$/.test(type) ? type : null;
}

const displays: Readonly<Record<string, RunResult["display"]>> = {
  "image/png": "image",
  "image/jpeg": "image",
  "image/gif": "image",
  "image/webp": "image",
  "image/svg+xml": "image",
  "text/html": "html",
  "text/plain": "text",
  "application/json": "text",
};

export const displayOf = (mediaType: string | null): RunResult["display"] =>
  displays[mediaType ?? ""] ?? "file";

/** What the result is saved as: its own name, with the ending of its type where it has none that tells a type. */
export function fileNameOf({ kind, name, mediaType, number }: FileNamed): string {
  const base = name === null || name.trim() === "" ? `result-${number}` : name;
  if (kind === "file" || guessMediaType(base) !== null) return base;
  const ending = Object.keys(byExtension).find((extension) => byExtension[extension] === mediaType);
  return ending === undefined ? base : `${base}.${ending}`;
}

type FileNamed = Pick<RunResult, "kind" | "name" | "mediaType" | "number">;
