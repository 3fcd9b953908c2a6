/** Unsaved text comes back; what is full gives up the oldest, never the newest. */
import { expect, test } from "vitest";
import type { SnippetId } from "../../contract/ids.ts";
import { createDrafts, type Draft } from "./drafts.ts";

function storage(limit = Infinity): Pick<Storage, "getItem" | "setItem"> {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => {
      if (text.length > limit) throw new DOMException("full", "QuotaExceededError");
      kept.set(key, text);
    },
  };
}

const draft = (code: string, change: Partial<Draft> = {}): Draft => ({
  snippetId: null,
  revision: null,
  name: "main.py",
  savedCode: "",
  savedFiles: [],
  files: [],
  code,
  runId: null,
  at: 0,
  ...change,
});
const snippet = (letter: string): SnippetId => letter.repeat(20) as SnippetId;

test("each program has its own draft, found again after a reload", () => {
  const place = storage();
  const before = createDrafts(place);
  before.keep(draft("new"));
  before.keep(draft("one", { snippetId: snippet("a") }));
  before.keep(draft("one more", { snippetId: snippet("a") }));
  const after = createDrafts(place);
  expect(after.find(null)?.code).toBe("new");
  expect(after.find(snippet("a"))?.code).toBe("one more");
  after.drop(snippet("a"));
  expect(after.find(snippet("a"))).toBeNull();
  expect(after.find(null)?.code).toBe("new");
});

test("a new program that is put aside can be brought back, the newest first", () => {
  const drafts = createDrafts(storage());
  drafts.keep(draft("first"));
  drafts.setAside(draft("first"));
  drafts.setAside(draft("second"));
  expect(drafts.find(null)).toBeNull();
  expect(drafts.takeAside()?.code).toBe("second");
  expect(drafts.takeAside()?.code).toBe("first");
  expect(drafts.takeAside()).toBeNull();
});

test("when the browser's storage is full the oldest goes", () => {
  const drafts = createDrafts(storage(900));
  const long = "x".repeat(300);
  for (const letter of ["a", "b", "c"])
    expect(drafts.keep(draft(long, { snippetId: snippet(letter) }))).toBe(true);
  expect(drafts.find(snippet("a"))).toBeNull();
  expect(drafts.find(snippet("c"))?.code).toBe(long);
  expect(drafts.keep(draft("x".repeat(2000)))).toBe(false);
});

test("without storage, or with somebody else's text in it, nothing breaks", () => {
  expect(createDrafts(null).keep(draft("x"))).toBe(false);
  const foreign = createDrafts({ getItem: () => "{broken", setItem: () => undefined });
  expect(foreign.find(null)).toBeNull();
});

test("files are kept with the text, what is saved as well only once", () => {
  const text = (path: string, content: string) => ({ path, content, encoding: "utf8" as const });
  const same = text("same.txt", "s".repeat(100));
  const savedFiles = [text("gone.txt", "g"), same, text("x.txt", "before")];
  const files = [same, text("x.txt", "after")];
  const place = storage(1_000);
  expect(createDrafts(place).keep(draft("code", { savedFiles, files }))).toBe(true);
  expect(createDrafts(place).find(null)).toEqual(draft("code", { savedFiles, files }));
  expect(place.getItem("openrouter-ide:drafts")?.split(same.content)).toHaveLength(2);
});

test("a draft of before there were files is still one", () => {
  const place = storage();
  const { files: _, savedFiles: __, ...old } = draft("old");
  place.setItem("openrouter-ide:drafts", JSON.stringify({ drafts: [old], earlier: [] }));
  expect(createDrafts(place).find(null)).toEqual(draft("old"));
});
