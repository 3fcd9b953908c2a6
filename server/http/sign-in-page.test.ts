/** The sign-in page in a real browser: wrong token, right token, and on to where the person wanted to go. */
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, testToken, type TestServer } from "./test-kit.ts";

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  server = await startTestServer({ config: { basePath: "/ide" } });
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
    ],
  });
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** A fresh visitor, and what the browser complained of: a broken policy would show there. */
async function visit(path: string, width = 1280): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width, height: 844 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${server.origin}/ide${path}`);
  return { page, complaints };
}

test("a wrong token is answered in a sentence, the right one leads on, fragment and all", async () => {
  const { page, complaints } = await visit("/s/abc?x=1#code=secret");
  expect(new URL(page.url()).pathname).toBe("/ide/sign-in");
  const field = page.getByLabel("Token or password");
  expect(await field.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
  await field.fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText("That token is not right.").waitFor();
  expect(await field.getAttribute("aria-invalid")).toBe("true");
  // The refused try itself is an error to the browser's console; nothing else may be.
  expect(complaints.filter((text) => !text.includes("401"))).toEqual([]);

  await field.fill(testToken);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${server.origin}/ide/s/abc?x=1#code=secret`);
  const cookies = await page.context().cookies();
  expect(cookies).toMatchObject([{ name: "orid_test1", path: "/ide", httpOnly: true, sameSite: "Lax" }]);
  await page.context().close();
});

test("the printed address signs in, and the token is gone from the address bar and the history", async () => {
  const { page } = await visit(`/r/abc?token=${testToken}`);
  expect(page.url()).toBe(`${server.origin}/ide/r/abc`);
  expect(await page.content()).not.toContain(testToken);
  await page.goBack();
  expect(page.url()).toBe("about:blank");
  await page.context().close();
});

test("a link with a wrong token says so at once", async () => {
  const { page } = await visit("/?token=wrong");
  await page.getByRole("alert").getByText("That token is not right.").waitFor();
  await page.context().close();
});

test("it fits a phone, in dark and in light", async () => {
  const { page } = await visit("/sign-in", 320);
  const grounds = new Set<string>();
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    const seen = await page.evaluate<{ wide: boolean; ground: string }>(
      `({ wide: document.documentElement.scrollWidth > innerWidth, ground: getComputedStyle(document.body).backgroundColor })`,
    );
    expect(seen.wide).toBe(false);
    grounds.add(seen.ground);
  }
  expect(grounds.size).toBe(2);
  await page.context().close();
});
