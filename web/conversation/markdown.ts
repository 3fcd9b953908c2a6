/**
 * Reads Markdown into a small tree of our own that can only hold text: HTML stays the text that it is, an address is a link only
 * when it is one of the web's, and pictures are words. `marked` finds the parts; nothing of it makes markup. Pure.
 */
import { Lexer, type Token, type Tokens } from "marked";
import { tellsItself, webAddress, type WebAddress } from "./web-address.ts";

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "strong" | "emphasis" | "struck"; readonly inner: readonly Inline[] }
  | { readonly kind: "break" }
  /** `address` is null where it is not one that a link may have; `written` is then shown in its place. */
  | {
      readonly kind: "link";
      readonly address: WebAddress | null;
      readonly written: string;
      readonly isPlain: boolean;
      readonly inner: readonly Inline[];
    }
  | {
      readonly kind: "picture";
      readonly words: string;
      readonly address: WebAddress | null;
      readonly written: string;
    };

export type Block =
  | { readonly kind: "paragraph"; readonly inner: readonly Inline[] }
  | { readonly kind: "heading"; readonly level: number; readonly inner: readonly Inline[] }
  | { readonly kind: "code"; readonly language: string; readonly text: string }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  | { readonly kind: "list"; readonly start: number | null; readonly items: readonly ListItem[] }
  | { readonly kind: "table"; readonly head: readonly Cell[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: "rule" };

export interface ListItem {
  /** Null when it is no box to tick. */
  readonly checked: boolean | null;
  readonly blocks: readonly Block[];
}

export interface Cell {
  readonly align: "left" | "center" | "right" | null;
  readonly inner: readonly Inline[];
}

/** The reader's worst case grows with the square of the length (0.7 s for 40,000 hostile characters); more is shown as text. */
export const markdownCharacters = 50_000;
/** What is nested deeper is shown as the text that it is. */
const deepest = 16;

/** Null when it is too long or too deeply nested to be read; show the text as it is then. */
export function readMarkdown(text: string): readonly Block[] | null {
  if (text.length > markdownCharacters) return null;
  try {
    return blocksOf(new Lexer({ gfm: true, breaks: true }).lex(text), 0);
  } catch (error) {
    // The reader is recursive: ten thousand nested quotes end its stack.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function blocksOf(tokens: readonly Token[], depth: number): readonly Block[] {
  return tokens.flatMap((token) => blockOf(token as Tokens.Generic, depth));
}

function blockOf(token: Tokens.Generic, depth: number): readonly Block[] {
  if (depth > deepest) return [{ kind: "paragraph", inner: textOf(token.raw) }];
  switch (token.type) {
    case "space":
    case "checkbox":
      return [];
    case "heading":
      return [{ kind: "heading", level: Number(token["depth"]), inner: inlinesOf(token, depth) }];
    case "code":
      return [{ kind: "code", language: wordOf(token["lang"]), text: String(token["text"]) }];
    case "blockquote":
      return [{ kind: "quote", blocks: blocksOf(token.tokens ?? [], depth + 1) }];
    case "list":
      return [listOf(token as Tokens.List, depth)];
    case "table":
      return [tableOf(token as Tokens.Table, depth)];
    case "hr":
      return [{ kind: "rule" }];
    case "paragraph":
    case "text":
      return [{ kind: "paragraph", inner: inlinesOf(token, depth) }];
    default:
      // HTML, definitions of references, and whatever a later reader may know: nothing is hidden.
      return [{ kind: "paragraph", inner: textOf(token.raw.trimEnd()) }];
  }
}

function listOf(list: Tokens.List, depth: number): Block {
  return {
    kind: "list",
    start: list.ordered ? Number(list.start) : null,
    items: list.items.map((item) => ({
      checked: item.task ? item.checked === true : null,
      blocks: blocksOf(item.tokens, depth + 1),
    })),
  };
}

function tableOf(table: Tokens.Table, depth: number): Block {
  const cell = ({ align, tokens }: Tokens.TableCell): Cell => ({
    align,
    inner: tokens.flatMap((token) => inlineOf(token as Tokens.Generic, depth + 1)),
  });
  return { kind: "table", head: table.header.map(cell), rows: table.rows.map((row) => row.map(cell)) };
}

function inlinesOf(token: Tokens.Generic, depth: number): readonly Inline[] {
  if (token.tokens === undefined) return textOf(String(token["text"] ?? token.raw));
  return token.tokens.flatMap((inner) => inlineOf(inner as Tokens.Generic, depth + 1));
}

function inlineOf(token: Tokens.Generic, depth: number): readonly Inline[] {
  if (depth > deepest) return textOf(token.raw);
  switch (token.type) {
    case "codespan":
      return [{ kind: "code", text: String(token["text"]) }];
    case "strong":
      return [{ kind: "strong", inner: inlinesOf(token, depth) }];
    case "em":
      return [{ kind: "emphasis", inner: inlinesOf(token, depth) }];
    case "del":
      return [{ kind: "struck", inner: inlinesOf(token, depth) }];
    case "br":
      return [{ kind: "break" }];
    case "checkbox":
      return [];
    case "link": {
      const written = String(token["href"]);
      const address = webAddress(written);
      const isPlain = address !== null && tellsItself(String(token["text"]), address);
      return [{ kind: "link", address, written, isPlain, inner: inlinesOf(token, depth) }];
    }
    case "image": {
      const written = String(token["href"]);
      return [{ kind: "picture", words: String(token["text"]), address: webAddress(written), written }];
    }
    case "escape":
      return [{ kind: "text", text: String(token["text"]) }];
    case "text":
      return token.tokens === undefined ? textOf(String(token["text"])) : inlinesOf(token, depth);
    default:
      return [{ kind: "text", text: token.raw }];
  }
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};

/** In Markdown `&lt;` is a way to write "<"; what it becomes is text like all else. */
function textOf(text: string): readonly Inline[] {
  const read = text.replaceAll(
    /&(?:#(\d{1,7})|(amp|lt|gt|quot|apos|nbsp));/g,
    (whole, digits?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? whole;
      const code = Number(digits);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
  return [{ kind: "text", text: read }];
}

/** "py" of "py title=x"; code blocks without a language have none. */
const wordOf = (language: unknown): string =>
  typeof language === "string" ? (language.trim().split(/\s/, 1)[0] ?? "") : "";
