/** Judges an address that a model or a program wrote: which may be a link, and what it really leads to. Pure. */

export interface WebAddress {
  /** As the browser will follow it. */
  readonly href: string;
  /** Where it leads, whatever its words say: "evil.example", or the address of a letter. */
  readonly leadsTo: string;
}

/** Only http, https and mailto, and only whole addresses; null for everything else (javascript:, data:, "/path"). */
export function webAddress(written: string): WebAddress | null {
  if (!URL.canParse(written)) return null;
  const url = new URL(written);
  if (url.protocol === "mailto:") return { href: url.href, leadsTo: url.pathname };
  return url.protocol === "https:" || url.protocol === "http:" ? { href: url.href, leadsTo: url.host } : null;
}

/** True when the words of a link tell its address, so that it need not be said beside them. */
export function tellsItself(words: string, address: WebAddress): boolean {
  const plain = (text: string): string => text.trim().replace(/\/$/, "").toLowerCase();
  const said = plain(words);
  return [address.href, address.leadsTo, address.href.replace(/^(https?:\/\/|mailto:)/, "")].some(
    (form) => plain(form) === said,
  );
}
