/** What the page says to the frame of a stranger's document, and what it believes of the answers: a height, within bounds. */
import * as z from "zod/mini";
import { colourOf } from "../shell/tokens.ts";

const Told = z.object({ height: z.number().check(z.gte(0), z.lte(100_000)) });

/** Calls with each height that this very frame tells, px. Anything from another window, origin or shape is not heard. */
export function listenToFrame(frame: HTMLIFrameElement, onHeight: (height: number) => void): () => void {
  const hear = (event: MessageEvent): void => {
    // A sandboxed document has no origin, and says so.
    if (event.source !== frame.contentWindow || event.origin !== "null") return;
    const told = z.safeParse(Told, event.data);
    if (told.success) onHeight(told.data.height);
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
