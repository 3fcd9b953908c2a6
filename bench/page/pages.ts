/** Pages in which a person runs a program with Ctrl+Enter: ours, and Jupyter's Notebook 6. */
import type { Browser, Page } from "playwright-core";
import { createIde } from "../../test/page/ide.ts";
import { startProduct } from "../targets/product-client.ts";
import { missingJupyter, startJupyter, withToken } from "../targets/jupyter-server.ts";
import type { Kind } from "../targets/kind.ts";
import { program, stopwatch } from "./stopwatch.ts";

export interface RunnablePage extends AsyncDisposable {
  readonly page: Page;
  /** Puts the cursor where Ctrl+Enter runs the program. */
  focus(): Promise<void>;
  readonly serverPid: number;
}

export const oursPage = (browser: Browser): Kind<RunnablePage> => ({
  name: "ours-page",
  says: "our page, the program in the editor",
  mark: "",
  isSlow: false,
  async prepare() {
    const product = await startProduct();
    const page = await openPage(browser, product.address, ".output-terminal .xterm-rows");
    const ide = createIde(page);
    await ide.ready();
    await ide.write(program);
    return {
      ok: true,
      target: {
        page,
        focus: () => page.locator(".monaco-editor .view-lines").first().click(),
        serverPid: product.pid,
        async [Symbol.asyncDispose]() {
          await page.context().close();
          await product[Symbol.asyncDispose]();
        },
      },
    };
  },
});

export const notebookPage = (browser: Browser): Kind<RunnablePage> => ({
  name: "notebook6",
  says: "Debian's Jupyter Notebook 6, the program in a cell, its kernel warm",
  mark: "†",
  isSlow: false,
  async prepare() {
    const missing = missingJupyter("jupyter-notebook");
    if (missing !== null) return { ok: false, missing };
    const server = await startJupyter("jupyter-notebook");
    await writeNotebook(withToken(`${server.origin}api/contents/bench.ipynb`));
    const address = withToken(`${server.origin}notebooks/bench.ipynb`);
    const page = await openPage(browser, address, ".output_area");
    await page.locator(".kernel_idle_icon").waitFor();
    return {
      ok: true,
      target: {
        page,
        focus: () => page.locator(".code_cell .CodeMirror-lines").first().click(),
        serverPid: server.pid,
        async [Symbol.asyncDispose]() {
          await page.context().close();
          await server[Symbol.asyncDispose]();
        },
      },
    };
  },
});

async function openPage(browser: Browser, address: string, outputPlace: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
  });
  await context.addInitScript({ content: stopwatch(outputPlace) });
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

async function writeNotebook(address: string): Promise<void> {
  const cell = { cell_type: "code", execution_count: null, metadata: {}, outputs: [], source: program };
  const kernelspec = { name: "python3", display_name: "Python 3 (ipykernel)", language: "python" };
  const content = { cells: [cell], metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
  const reply = await fetch(address, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type: "notebook", format: "json", content }),
  });
  if (!reply.ok) throw new Error(`Jupyter answered ${reply.status} ${await reply.text()}`);
}
