/** What the page says to the frame of a stranger's document, and what it believes of the answers: a height and a turn of the wheel, within bounds. */
import * as z from "zod/mini";
import { colourOf } from "../shell/tokens.ts";

const Told = z.union([
  z.strictObject({ height: z.number().check(z.gte(0), z.lte(100_000)) }),
  /** Pixels that the wheel was turned by, where the document had nothing left to scroll. */
  z.strictObject({ wheel: z.number().check(z.gte(-2_000), z.lte(2_000)) }),
]);

export interface FrameEars {
  /** How high the document is, px, each time that it changes. */
  readonly onHeight?: (height: number) => void;
  /** The wheel was turned over it by so many pixels, and it had nothing left to scroll. */
  readonly onWheel?: (pixels: number) => void;
}

/** Hears this very frame. Anything from another window, origin or shape is not heard. */
export function listenToFrame(frame: HTMLIFrameElement, ears: FrameEars): () => void {
  const hear = (event: MessageEvent): void => {
    // A sandboxed document has no origin, and says so.
    if (event.source !== frame.contentWindow || event.origin !== "null") return;
    const told = z.safeParse(Told, event.data);
    if (!told.success) return;
    if ("height" in told.data) ears.onHeight?.(told.data.height);
    // Only under the user's own pointer: a document that makes it up would scroll by itself.
    else if (frame.matches(":hover")) ears.onWheel?.(told.data.wheel);
  };
  addEventListener("message", hear);
  return () => removeEventListener("message", hear);
}

/** The looks of a plain document (a table of pandas'), so that it fits into the page; its own rules come later and win. */
export function frameStyle(): string {
  const scheme = document.documentElement.dataset["bsTheme"] === "light" ? "light" : "dark";
  const line = colourOf("--bs-border-color");
  return [
    `:root{color-scheme:${scheme};background:${colourOf("--bs-body-bg")};color:${colourOf("--bs-body-color")}}`,
    "body{margin:8px;font:13px/20px system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}",
    `table{border-collapse:collapse;border:0;font-variant-numeric:tabular-nums}`,
    `th,td{padding:3px 10px;border:0;border-bottom:1px solid ${line};text-align:right}`,
    `th{color:${colourOf("--bs-secondary-color")};font-weight:600}`,
    `a{color:${colourOf("--primary-text")}}`,
  ].join("");
}
