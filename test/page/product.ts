/** A real browser on the really started product: opens the printed address, and takes every complaint of the page as a failure. */
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { startProduct, type Product, type ProductOptions } from "../product.ts";
import { chromiumFlags, chromiumPath } from "./chromium.ts";
import { createIde, type Ide } from "./ide.ts";

export const desktop = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

export interface Visit extends AsyncDisposable {
  readonly page: Page;
  readonly ide: Ide;
  readonly context: BrowserContext;
  /**
   * What the page has complained of so far: console errors, exceptions, violations of the content security policy, and
   * requests to any other host than the product.
   */
  readonly complaints: readonly string[];
  /** From now on complaints like this are no failure: a test that takes the server away expects refused connections. */
  expectComplaints(pattern: RegExp): void;
}

export interface World extends AsyncDisposable {
  readonly product: Product;
  /** A person with a browser profile of their own, at the printed address. */
  visit(options?: { readonly size?: typeof desktop }): Promise<Visit>;
  /** Takes the server away as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on the same data and the same port, so that open pages find it again. */
  start(): Promise<void>;
}

/** The product and a browser; the simulator stands behind it unless the options name another upstream. */
export async function openWorld(options: ProductOptions = {}): Promise<World> {
  const behind = options.env?.["OPENROUTER_BASE_URL"] === undefined ? ["--simulator"] : [];
  const args = [...behind, ...(options.args ?? [])];
  let product = await startProduct({ ...options, args });
  const first = product;
  const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumFlags });
  return {
    get product() {
      return product;
    },
    visit: ({ size = desktop } = {}) => visit(browser, product, size),
    async kill() {
      await product.end("SIGKILL");
    },
    async start() {
      const port = Number(new URL(first.origin).port);
      product = await startProduct({ ...options, args, port, data: first.data });
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await product.end("SIGTERM");
      await first[Symbol.asyncDispose]();
    },
  };
}

/** Runs in the page before anything of ours. */
const reportViolations = `addEventListener("securitypolicyviolation", (event) => {
  complainToTest("policy: " + event.violatedDirective + " " + event.blockedURI + " " + event.sourceFile + ":" + event.lineNumber);
});`;

async function visit(browser: Browser, product: Product, size: typeof desktop): Promise<Visit> {
  const context = await browser.newContext({
    viewport: size,
    hasTouch: size.width < 768,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const complaints: string[] = [];
  const expected: RegExp[] = [];
  const complain = (words: string): void => {
    if (!expected.some((pattern) => pattern.test(words))) complaints.push(words);
  };
  await context.exposeFunction("complainToTest", complain);
  await context.addInitScript({ content: reportViolations });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") complain(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complain(`exception: ${error.stack ?? error.message}`));
  // Everything comes from the product itself, in every test.
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== product.origin) complain(`elsewhere: ${request.url()}`);
  });
  await page.goto(product.address);
  const ide = createIde(page);
  await ide.ready();
  return {
    page,
    ide,
    context,
    complaints,
    expectComplaints: (pattern) => expected.push(pattern),
    async [Symbol.asyncDispose]() {
      await context.close();
      if (complaints.length > 0) throw new Error(`The page complained:\n${complaints.join("\n")}`);
    },
  };
}
