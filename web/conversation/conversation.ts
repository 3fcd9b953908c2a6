/**
 * What was said in a call, in one shape for every surface of the API: turns of roles, each a row of parts. Reading never fails:
 * what has an unknown shape is kept as its JSON.
 */

export type Part =
  | { readonly kind: "text"; readonly text: string }
  /** `about` tells what is special: a summary, or that it can't be read. */
  | { readonly kind: "reasoning"; readonly text: string; readonly about: string | null }
  | { readonly kind: "refusal"; readonly text: string }
  /** `input` is JSON as the model wrote it, which need not be valid. */
  | {
      readonly kind: "tool-call";
      readonly id: string | null;
      readonly name: string;
      readonly input: string;
    }
  | { readonly kind: "tool-result"; readonly id: string | null; readonly parts: readonly Part[] }
  /** `url` is a data: address or one that is never fetched from here. */
  | { readonly kind: "image"; readonly url: string }
  | {
      readonly kind: "media";
      readonly what: "audio" | "video" | "file";
      readonly name: string | null;
      /** Of what came along; null when only an address or an id did. */
      readonly bytes: number | null;
      readonly url: string | null;
    }
  | { readonly kind: "citation"; readonly url: string; readonly title: string | null }
  | { readonly kind: "other"; readonly type: string; readonly json: string };

export interface Turn {
  readonly role: string;
  /** What the request calls the speaker. */
  readonly name: string | null;
  /** Counted from 0; null outside of replies with several choices. */
  readonly choice: number | null;
  /** Why it ended, in the wire's word. */
  readonly finish: string | null;
  readonly parts: readonly Part[];
}

/** A tool that the request offered. */
export interface OfferedTool {
  readonly name: string;
  readonly description: string | null;
  /** JSON; null where it takes none. */
  readonly parameters: string | null;
}

export interface Conversation {
  readonly turns: readonly Turn[];
  readonly tools: readonly OfferedTool[];
  /** An error that stands beside what was said, as in the middle of a stream. */
  readonly error: string | null;
}

export type Surface = "chat" | "completions" | "responses" | "messages" | "images";

const surfaces: readonly (readonly [ending: string, surface: Surface])[] = [
  ["/chat/completions", "chat"],
  ["/completions", "completions"],
  ["/responses", "responses"],
  ["/messages", "messages"],
  ["/images", "images"],
];

/** By the path that the program asked; null for what is no conversation (embeddings, the catalogue). */
export function surfaceOf(path: string): Surface | null {
  const plain = path.split("?", 1)[0] ?? "";
  return surfaces.find(([ending]) => plain.endsWith(ending))?.[1] ?? null;
}

export const turn = (role: string, parts: readonly Part[], more: Partial<Turn> = {}): Turn => ({
  role,
  name: null,
  choice: null,
  finish: null,
  ...more,
  parts,
});
