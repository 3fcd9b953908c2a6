/** Unsaved text kept in this browser, per program, so that neither a reload nor another program loses it. Never holds a key. */
import * as z from "zod/mini";
import { ProgramFile } from "../../contract/files.ts";
import { RunId, SnippetId } from "../../contract/ids.ts";
import { isSame } from "../files/program-files.ts";

const Draft = z.object({
  snippetId: z.nullable(SnippetId),
  revision: z.nullable(z.int()),
  name: z.string(),
  savedCode: z.string(),
  code: z.string(),
  savedFiles: z._default(z.array(ProgramFile), []),
  files: z._default(z.array(ProgramFile), []),
  /** The run that was in view: a reload at its address goes on with this text. */
  runId: z.nullable(RunId),
  /** Unix time in ms. */
  at: z.number(),
});
export type Draft = z.infer<typeof Draft>;

/** As it is stored: of the saved files only those that differ, for the browser's storage is small. */
const Stored = z.pipe(
  z.extend(Draft, { savedFiles: z._default(z.array(z.union([z.string(), ProgramFile])), []) }),
  z.transform((stored): Draft => {
    const now = new Map(stored.files.map((file) => [file.path, file]));
    const savedFiles = stored.savedFiles.flatMap((file) =>
      typeof file === "string" ? (now.get(file) ?? []) : file,
    );
    return { ...stored, savedFiles };
  }),
);
const toStore = (draft: Draft): z.input<typeof Stored> => {
  const now = new Map(draft.files.map((file) => [file.path, file]));
  const savedFiles = draft.savedFiles.map((file) => (isSame(file, now.get(file.path)) ? file.path : file));
  return { ...draft, savedFiles };
};

const Shelf = z.object({
  drafts: z.array(Stored),
  /** Unsaved new programs that another one took the place of; the newest last. */
  earlier: z.array(Stored),
});
type Shelf = z.infer<typeof Shelf>;

const key = "openrouter-ide:drafts";
/** The oldest go first, in number and when the browser's storage is full. */
const draftsKept = 20;
const earlierKept = 10;

export interface Drafts {
  readonly find: (snippetId: SnippetId | null) => Draft | null;
  /** False when the browser keeps nothing: storage is off or full. */
  readonly keep: (draft: Draft) => boolean;
  readonly drop: (snippetId: SnippetId | null) => void;
  /** Puts a new program's text aside, to be brought back. */
  readonly setAside: (draft: Draft) => void;
  /** The newest one that was put aside. */
  readonly newestAside: () => Draft | null;
  /** Takes it off the shelf. */
  readonly takeAside: () => Draft | null;
}

/** `storage` is localStorage, or null where the browser forbids it. */
export function createDrafts(storage: Pick<Storage, "getItem" | "setItem"> | null): Drafts {
  const read = (): Shelf => {
    const parsed = z.safeParse(Shelf, parseJson(storage?.getItem(key) ?? null));
    return parsed.success ? parsed.data : { drafts: [], earlier: [] };
  };
  const write = (shelf: Shelf): boolean => {
    let { drafts, earlier } = shelf;
    drafts = drafts.slice(-draftsKept);
    earlier = earlier.slice(-earlierKept);
    for (;;) {
      if (tryToStore(storage, asText(drafts, earlier))) return true;
      if (earlier.length > 0) earlier = earlier.slice(1);
      else if (drafts.length > 1) drafts = drafts.slice(1);
      else return false;
    }
  };
  const others = (shelf: Shelf, snippetId: SnippetId | null): Draft[] =>
    shelf.drafts.filter((draft) => draft.snippetId !== snippetId);
  return {
    find: (snippetId) => read().drafts.find((draft) => draft.snippetId === snippetId) ?? null,
    keep: (draft) => {
      const shelf = read();
      return write({ ...shelf, drafts: [...others(shelf, draft.snippetId), draft] });
    },
    drop: (snippetId) => {
      const shelf = read();
      const drafts = others(shelf, snippetId);
      if (drafts.length < shelf.drafts.length) write({ ...shelf, drafts });
    },
    setAside: (draft) => {
      const shelf = read();
      const earlier = [...shelf.earlier.filter((other) => other.code !== draft.code), draft];
      write({ drafts: others(shelf, draft.snippetId), earlier });
    },
    newestAside: () => read().earlier.at(-1) ?? null,
    takeAside: () => {
      const shelf = read();
      const draft = shelf.earlier.at(-1) ?? null;
      if (draft !== null) write({ ...shelf, earlier: shelf.earlier.slice(0, -1) });
      return draft;
    },
  };
}

const asText = (drafts: readonly Draft[], earlier: readonly Draft[]): string =>
  JSON.stringify({ drafts: drafts.map(toStore), earlier: earlier.map(toStore) });

function parseJson(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Somebody else's text under our key is as good as none.
    return null;
  }
}

function tryToStore(storage: Pick<Storage, "setItem"> | null, text: string): boolean {
  if (storage === null) return false;
  try {
    storage.setItem(key, text);
    return true;
  } catch {
    // Full, or switched off: the caller makes room or says so.
    return false;
  }
}
