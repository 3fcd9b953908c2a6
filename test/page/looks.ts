/** Measures the page as it is drawn: contrast of its words, names of what is pressed, signs of the focus. */
import type { Page } from "playwright-core";

/** Words with less contrast to what they stand on than 4.5 to 1 (WCAG 2.2, 1.4.3), each with its colours. */
export function unreadable(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`(${contrasts})()`);
}

/** Buttons, fields and the like that a screen reader could not call by a name, as the browser itself counts them. */
export async function unnamed(page: Page): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  return nodes
    .filter(({ ignored, role }) => !ignored && namedRoles.has(String(role?.value)))
    .filter(({ name }) => String(name?.value ?? "").trim() === "")
    .map(({ role, nodeId }) => `${String(role?.value)} ${nodeId}`);
}

const namedRoles = new Set([
  "button",
  "checkbox",
  "combobox",
  "dialog",
  "grid",
  "link",
  "listbox",
  "menu",
  "menuitem",
  "menuitemradio",
  "option",
  "radio",
  "region",
  "searchbox",
  "splitter",
  "tab",
  "tablist",
  "textbox",
]);

export interface Focused {
  /** What a person would call it. */
  readonly at: string;
  readonly isEditor: boolean;
  /** It, or what it stands in, is drawn differently from how it is without the focus. */
  readonly isSeen: boolean;
}

/** What has the focus now, and whether one sees that. */
export function focusOf(page: Page): Promise<Focused> {
  return page.evaluate<Focused>(`(${focused})()`);
}

/** In the page. Colours are blended down to the first opaque ground; hidden, disabled and drawn-over words don't count. */
const contrasts = String.raw`() => {
  const parse = (text) => {
    const canvas = (globalThis.testCanvas ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true }));
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const groundOf = (element) => {
    const layers = [];
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reduceRight((ground, layer) => over(layer, ground), [255, 255, 255, 1]);
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const isDrawn = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })
    && element.closest(":disabled, [aria-disabled=true], .visually-hidden, .xterm-helpers, .xterm-accessibility, .native-edit-context, [aria-hidden=true]:not(.view-lines, .view-lines *, .xterm *)") === null;
  const found = new Map();
  const walker = document.createTreeWalker(document.querySelector("dialog:modal") ?? document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() === "" || !isDrawn(element)) continue;
    const style = getComputedStyle(element);
    const ground = groundOf(element);
    const [a, b] = [light(over(parse(style.color), ground)), light(ground)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.set(style.color + ground, node.data.trim().slice(0, 40) + " (" + (element.className || element.tagName) + "): " + ratio.toFixed(2) + ", " + style.color + " on rgb(" + ground.slice(0, 3).map(Math.round) + ")");
  }
  return [...found.values()];
}`;

/** In the page. */
const focused = String.raw`() => {
  const at = document.activeElement ?? document.body;
  const style = getComputedStyle(at);
  const hasOutline = (element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
  };
  const isTinted = (colour) => colour !== "rgba(0, 0, 0, 0)" && colour !== "transparent";
  const around = at.closest(".field, .input-row, .output-terminal");
  const isSeen = hasOutline(at)
    || (at.matches(".form-control") && style.boxShadow !== "none")
    || (around !== null && getComputedStyle(around).boxShadow !== "none")
    || (at.matches("[role=separator]") && isTinted(getComputedStyle(at, "::after").backgroundColor))
    || [...at.querySelectorAll("[role=row], [role=option]")].some(hasOutline);
  const name = at.getAttribute("aria-label") ?? at.textContent ?? "";
  // Between the page's end and its beginning the focus is the browser's own.
  if (at === document.body) return { at: "", isEditor: false, isSeen: true };
  return { at: name.trim().slice(0, 40) || at.outerHTML.slice(0, 80), isEditor: at.closest(".monaco-editor") !== null, isSeen };
}`;
