/** Money in the margin: each line's calls and sum, live, kept with the line through every edit, and the ways from there to the calls. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, phone, type Visit, type World } from "./product.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const asker = `import json, os, urllib.error, urllib.request
def ask(question, model=None):
    body = {"model": model or os.environ["OPENROUTER_MODEL"], "messages": [{"role": "user", "content": question}]}
    request = urllib.request.Request(
        "https://openrouter.ai/api/v1/chat/completions", json.dumps(body).encode(),
        {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"})
    try:
        return urllib.request.urlopen(request).read()
    except urllib.error.HTTPError as error:
        return error
`;
/** The line of the asker that sends. */
const sends = 8;
const program = `${asker}
for n in range(3):
    ask(f"Question {n}?")
urllib.request.urlopen("https://openrouter.ai/api/v1/models").read()
`;
const asksForModels = 14;

async function ran({ ide }: Visit, code = program): Promise<void> {
  await ide.run(code);
  await ide.runIs("finished");
}
const shows = (visit: Visit, line: number, words: RegExp): Promise<void> =>
  visit.ide
    .moneyAt(line)
    .and(visit.page.getByRole("button", { name: words }))
    .waitFor();
const goTo = async ({ ide, page }: Visit, line: number): Promise<void> => {
  await page.locator(".monaco-editor .view-lines").first().click();
  await page.keyboard.press("Control+G");
  await page.keyboard.type(String(line));
  await page.keyboard.press("Enter");
  await ide.programShows(/./);
};

describe("the margin", () => {
  test("shows count and sum of the line that sent, and the calls behind them", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ran(visit);
    await shows(visit, sends, /: 3 calls, \$0\.\d+ simulated$/);
    await shows(visit, asksForModels, /: 1 call, nothing charged$/);
    expect(await ide.money.count()).toBe(2);

    await ide.moneyAt(sends).hover();
    const card = page.getByRole("group", { name: `main.py:${sends}` });
    await card.getByText("Called from main.py:13").waitFor();
    expect(await card.getByRole("listitem").count()).toBe(3);
    await card.getByRole("listitem").nth(1).click();
    await ide.inspector.getByText("call 2").waitFor();
  });

  test("opens the list with the line's calls alone, or its one call itself", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ran(visit);
    await ide.moneyAt(sends).click();
    await page.getByRole("button", { name: `main.py:${sends}` }).waitFor();
    expect(await ide.callRows.count()).toBe(3);
    await page.getByRole("button", { name: "All 4 calls" }).click();
    expect(await ide.callRows.count()).toBe(4);
    await ide.moneyAt(asksForModels).click();
    await ide.inspector.getByText("call 4").waitFor();
  });

  test("lists all calls again once one is selected that the line did not send", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ran(visit);
    await ide.moneyAt(sends).click();
    await page.getByRole("button", { name: "All 4 calls" }).waitFor();
    await ide.callRows.first().click({ button: "right" });
    await page.getByRole("menuitem", { name: "Edit and send again…" }).click();
    await page.getByRole("textbox", { name: "Body of the request" }).press("Control+Enter");
    await ide.inspector.getByText("call 5").waitFor();
    await expect.poll(() => ide.callRows.count(), { timeout: 15_000 }).toBe(5);
  });

  test("is reached by keys alone", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ran(visit);
    await shows(visit, sends, /3 calls/);
    await goTo(visit, sends);
    await page.keyboard.press("Alt+Enter");
    await page.getByRole("button", { name: `main.py:${sends}` }).waitFor();
    await goTo(visit, 1);
    await page.keyboard.press("Alt+Enter");
    await ide.noticeShows("This line has sent no call");
    await ide.money.first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await ide.inspector.getByText("call 4").waitFor();
  });

  test("keeps the figures with their lines, marks what has changed, and unmarks what is taken back", async () => {
    await using visit = await world.visit();
    const { page } = visit;
    await ran(visit);
    await goTo(visit, 1);
    await page.keyboard.type("# one\n# two\n");
    await shows(visit, sends + 2, /3 calls/);
    await shows(visit, asksForModels + 2, /1 call/);
    await goTo(visit, sends + 2);
    await page.keyboard.press("End");
    await page.keyboard.type(";");
    await shows(visit, sends + 2, /the line has changed since$/);
    await page.keyboard.press("Control+Shift+K");
    await visit.ide.moneyAt(sends + 2).waitFor({ state: "detached" });
    await page.keyboard.press("Control+Z");
    await shows(visit, sends + 2, /the line has changed since$/);
    await page.keyboard.press("Control+Z");
    await shows(visit, sends + 2, /simulated$/);
  });

  test("shows nothing beside another program, and all of it again at the run's own address", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ran(visit);
    await shows(visit, sends, /3 calls/);
    const address = page.url();
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "New program" }).click();
    await ide.money.first().waitFor({ state: "detached" });
    await page.goto(address);
    await shows(visit, sends, /3 calls, \$0\.\d+ simulated$/);
  });

  test("of a file beside the program is beside that file, and a folded function shows what is in it", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await ide.addFile("asker.py");
    await ide.write(asker);
    await ide.tab("main.py").click();
    await ran(visit, `from asker import ask\nask("One?")\nask("Fail", "simulator/error-502")\n`);
    expect(await ide.money.count()).toBe(0);
    await ide.tab("asker.py").click();
    await shows(visit, sends, /: 2 calls, \$0\.\d+ simulated, 1 failed$/);
    const unfolded = (await ide.money.first().boundingBox())?.y ?? 0;
    await goTo(visit, 2);
    await page.keyboard.press("Control+Shift+BracketLeft");
    await page.locator(".monaco-editor .inline-folded").waitFor();
    const top = async (): Promise<number> => (await ide.money.first().boundingBox())?.y ?? 0;
    await expect.poll(async () => (await top()) < unfolded, { timeout: 15_000 }).toBe(true);
    expect(await ide.money.count()).toBe(1);
  });

  test("is there on a phone, only where there is something to show", async () => {
    await using visit = await world.visit({ size: phone });
    const { ide, page } = visit;
    const left = (): Promise<number> =>
      page.evaluate<number>(`document.querySelector(".monaco-editor .margin").clientWidth`);
    const before = await left();
    await ide.run(program);
    await shows(visit, asksForModels, /1 call/);
    expect(await left()).toBeGreaterThan(before);
    await ide.moneyAt(asksForModels).tap();
    await ide.inspector.getByText("call 4").waitFor();
  });
});
