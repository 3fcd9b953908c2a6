/** What the key chip says of the session's key. Pure. */
import type { Session } from "../../contract/session.ts";

export interface KeyWords {
  readonly chip: string;
  /** One sentence for the popover. */
  readonly says: string;
}

export function keyWords(session: Session | null): KeyWords {
  if (session === null) return { chip: "key …", says: "Asking the server…" };
  const { source, label } = session.key;
  if (source === "none") {
    return {
      chip: "no key",
      says: "No key is set: the built-in simulator answers, at no cost. Paste a key to reach the real models.",
    };
  }
  if (source === "server") {
    return {
      chip: "server key",
      says: "Calls use the key of this server's operator. A key that you paste is used instead of it, for you alone.",
    };
  }
  const end = label === null ? null : tail(label);
  return {
    chip: end === null ? "your key" : `key …${end}`,
    says: `Calls use the key that you pasted${end === null ? "" : `, the one ending in ${end}`}.`,
  };
}

/** The last four characters at most, from OpenRouter's own label ("sk-or-v1-abc...1b2"); null when it has none. */
function tail(label: string): string | null {
  const end = /([0-9A-Za-z_-]{1,4})$/.exec(label.split(/\.{2,}|…|\*+/).at(-1) ?? "");
  return end?.[1] ?? null;
}
