/** What a person does with the page and sees of it, by name; the only file of these tests that knows how the page is made. */
import type { Locator, Page } from "playwright-core";

/** A test that waits longer has failed. */
const patienceMs = 15_000;

type Words = string | RegExp;

export interface Ide {
  /** Resolves once the editor takes keys. */
  ready(): Promise<void>;
  /** Replaces the program in the editor, as by selecting all and pasting. */
  write(code: string): Promise<void>;
  /** Writes a program and presses Ctrl+Enter in it. */
  run(code?: string): Promise<void>;
  /** From now on runs get pipes instead of a terminal. */
  usePipes(): Promise<void>;
  /** These resolve when what is in view holds the words; a line is a line here too. */
  programShows(words: Words): Promise<void>;
  outputShows(words: Words): Promise<void>;
  noticeShows(words: Words): Promise<void>;
  /** Clicks on these words in the output. */
  clickOutput(words: string): Promise<void>;
  /** How the run in view stands: "running", "finished". */
  runIs(words: Words): Promise<void>;
  /** Everything in the output, from the first byte, as its Copy button gives it. */
  wholeOutput(): Promise<string>;
  openPanel(name: "Output" | "Calls"): Promise<void>;
  /** Ctrl+S, and Enter in the popover that asks for a name; answers with the name. */
  saveAs(name?: string): Promise<string>;
  /** Drops a file on the page, or on `place`; `latin1` makes bytes of the characters that are no UTF-8. */
  drop(file: {
    readonly name: string;
    readonly text: string;
    readonly latin1?: boolean;
    readonly place?: string;
  }): Promise<void>;
  /** Makes a new, empty file beside the program; it is in the editor then. */
  addFile(path: string): Promise<void>;
  /** The tab of a file; the program's own has its name. */
  tab(path: string): Locator;
  /** Presses an entry of a file's own menu; its tab must be open. */
  fileMenu(path: string, entry: string): Promise<void>;
  /** The paths in the tabs, the program's name first. */
  tabs(): Promise<readonly string[]>;
  /** One saved program in the list. */
  snippet(name: string): Locator;
  readonly snippets: Locator;
  readonly saving: Locator;
  readonly input: Locator;
  readonly calls: Locator;
  /** Rows of the calls, without head and foot. */
  readonly callRows: Locator;
  readonly inspector: Locator;
  readonly notices: Locator;
  readonly keyChip: Locator;
  readonly keyDialog: Locator;
  readonly modelChip: Locator;
  readonly modelDialog: Locator;
  readonly unsavedMark: Locator;
  /** What the lines of the program in view have spent, in the editor's margin. */
  readonly money: Locator;
  /** The same of one line, as it stands now. */
  moneyAt(line: number): Locator;
  readonly ceilingsChip: Locator;
  readonly ceilingsDialog: Locator;
  readonly pythonChip: Locator;
  readonly pythonDialog: Locator;
  /** The line above the output that offers packages and tells of an installation. */
  readonly packageBar: Locator;
}

export function createIde(page: Page): Ide {
  const program = ".monaco-editor .view-lines";
  const output = ".output-terminal .xterm-rows";
  const lines = page.locator(program).first();
  const shows = async (place: string, words: Words): Promise<void> => {
    const pattern = typeof words === "string" ? { source: escaped(words), flags: "" } : words;
    const given = JSON.stringify([place, pattern.source, pattern.flags, patienceMs]);
    // Evaluated as a whole: the page's policy forbids it to evaluate texts itself.
    if (await page.evaluate<boolean>(`(${appears})(...${given})`)) return;
    const shown = await page.locator(place).allInnerTexts();
    throw new Error(`${place} never showed ${String(words)}, but: ${shown.join("\n")}`);
  };
  const snippets = page.getByRole("region", { name: "Snippets" });
  const saving = page.getByRole("dialog", { name: "Save as a snippet" });
  const notices = page.locator(".notices");
  const calls = page.getByRole("grid", { name: "Calls" });
  const tab = (path: string): Locator =>
    page.getByRole("tablist", { name: "Files of the program" }).getByRole("tab").filter({ hasText: path });
  const write = async (code: string): Promise<void> => {
    await lines.click();
    await page.keyboard.press("Control+A");
    // Typed text would be indented and closed by the editor as one goes.
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(code)})`);
    await page.keyboard.press("Control+V");
  };
  return {
    ready: () => lines.waitFor(),
    write,
    async run(code) {
      if (code === undefined) await lines.click();
      else await write(code);
      await page.keyboard.press("Control+Enter");
    },
    async usePipes() {
      await page.getByRole("button", { name: "How to run" }).click();
      await page.getByRole("menuitemradio", { name: "Run without a terminal" }).click();
    },
    programShows: (words) => shows(program, words),
    outputShows: (words) => shows(output, words),
    noticeShows: (words) => shows(".notice", words),
    async clickOutput(words) {
      const [x, y] = await page.evaluate<[number, number]>(
        `(${placeOf})(${JSON.stringify([output, words, patienceMs])})`,
      );
      // A link is made when the pointer comes over it.
      await page.mouse.move(x, y);
      await page.locator(".xterm-cursor-pointer").or(page.locator(".xterm")).first().waitFor();
      await page.mouse.click(x, y);
    },
    runIs: (words) => shows(".run-info", words),
    async wholeOutput() {
      await page.getByRole("button", { name: "Copy the output" }).click();
      await shows(".notice", "Output copied.");
      return page.evaluate<string>("navigator.clipboard.readText()");
    },
    openPanel: (name) => page.getByRole("tab", { name }).click(),
    async saveAs(name) {
      await page.keyboard.press("Control+S");
      const field = saving.getByRole("textbox");
      if (name !== undefined) await field.fill(name);
      const given = await field.inputValue();
      await field.press("Enter");
      await saving.waitFor({ state: "detached" });
      return given;
    },
    drop: (file) => page.evaluate(`(${dropped})(${JSON.stringify(file)})`),
    async addFile(path) {
      await page.getByRole("button", { name: "Add a file", exact: true }).click();
      await page.getByRole("menuitem", { name: "New file" }).click();
      await page.getByRole("textbox", { name: "Path" }).fill(path);
      await page.keyboard.press("Enter");
      await tab(path).waitFor();
    },
    tab,
    async fileMenu(path, entry) {
      await page.getByRole("button", { name: `More for ${path}`, exact: true }).click();
      await page.getByRole("menuitem", { name: entry }).click();
    },
    tabs: async () => {
      const names = await page.locator(".file-list [role=tab]").allInnerTexts();
      return names.map((name) => name.trim());
    },
    snippet: (name) => snippets.getByRole("listitem").filter({ hasText: name }),
    snippets,
    saving,
    input: page.getByRole("textbox", { name: "The program is waiting for input" }),
    calls,
    callRows: calls.locator("[role=row][aria-selected]"),
    inspector: page.getByRole("region", { name: "Call", exact: true }),
    notices,
    keyChip: page.locator(".key-chip"),
    keyDialog: page.getByRole("dialog", { name: "OpenRouter key" }),
    modelChip: page.locator(".model-chip"),
    modelDialog: page.getByRole("dialog", { name: "Model" }),
    pythonChip: page.locator(".environment-chip"),
    pythonDialog: page.getByRole("dialog", { name: "Python", exact: true }),
    packageBar: page.locator(".output-pane .package-bar"),
    money: page.getByRole("list", { name: "Calls by line" }).getByRole("button"),
    moneyAt: (line) => page.getByRole("button", { name: new RegExp(`^Line ${line}[:,] `) }),
    ceilingsChip: page.locator(".ceilings-chip"),
    ceilingsDialog: page.getByRole("dialog", { name: "Spending ceilings" }),
    unsavedMark: page.getByRole("img", { name: "Unsaved changes" }),
  };
}

const escaped = (words: string): string => words.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/**
 * In the page: true once an element holds the words, with the editor's and the terminal's hard spaces as plain ones; false
 * when that never happens. Looked at with each frame.
 */
const appears = String.raw`(place, source, flags, patience) => new Promise((resolve) => {
  const until = performance.now() + patience;
  const look = () => {
    const isThere = [...document.querySelectorAll(place)].some((element) =>
      new RegExp(source, flags).test(element.innerText.replaceAll("\u00A0", " ").replace(/ +$/gm, "")));
    if (isThere || performance.now() > until) resolve(isThere);
    else requestAnimationFrame(look);
  };
  look();
})`;

/** In the page: the middle of the words inside of a row. */
const placeOf = String.raw`([place, words, patience]) => new Promise((resolve, reject) => {
  const until = performance.now() + patience;
  // A row is many spans, down to one for each character of a link.
  const find = () => {
    for (const row of document.querySelector(place).children) {
      const at = row.textContent.replaceAll("\u00A0", " ").indexOf(words);
      if (at < 0) continue;
      const middle = at + Math.floor(words.length / 2);
      const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
      let before = 0;
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        if (before + node.length > middle) {
          const range = document.createRange();
          range.setStart(node, middle - before);
          range.setEnd(node, middle - before + 1);
          const box = range.getBoundingClientRect();
          return [box.x + box.width / 2, box.y + box.height / 2];
        }
        before += node.length;
      }
    }
    return null;
  };
  // The terminal draws its rows anew now and then.
  const look = () => {
    const found = find();
    if (found !== null) resolve(found);
    else if (performance.now() > until) reject(new Error("not in the output: " + words));
    else requestAnimationFrame(look);
  };
  look();
})`;

/** In the page: what the browser makes of a file that is let go over the panel. */
const dropped = String.raw`({ name, text, latin1, place }) => {
  const bytes = latin1 ? Uint8Array.from(text, (sign) => sign.charCodeAt(0)) : text;
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name));
  const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
  document.querySelector(place ?? ".panel").dispatchEvent(event);
  if (!event.defaultPrevented) throw new Error("the browser would leave the page for the file");
}`;
