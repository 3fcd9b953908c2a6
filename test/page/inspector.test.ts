/** One call in full: its bill, what was said, tree and wire, the timeline, headers, routing, and what stands where nothing is told. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unnamed, unreadable } from "./looks.ts";
import { openWorld, phone, type Visit, type World } from "./product.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** Sends each body, an object of Python, to its path; a refusal is no failure of the program. */
const sending = (...calls: readonly (readonly [path: string, body: string, headers?: string])[]): string => `
import json, os, urllib.request
def send(path, body, headers):
    request = urllib.request.Request("https://openrouter.ai/api/v1" + path, data=json.dumps(body).encode(), headers={
        "Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json", **headers})
    try:
        urllib.request.urlopen(request).read()
    except Exception as error:
        print(error)
${calls.map(([path, body, headers = "{}"]) => `send("${path}", ${body}, ${headers})`).join("\n")}
`;
const chat = "/chat/completions";
const says = (content: string): string =>
  `"messages": [{"role": "user", "content": ${JSON.stringify(content)}}]`;

async function opened(visit: Visit, program: string, call = 1): Promise<void> {
  const { ide } = visit;
  await ide.run(program);
  await ide.runIs("finished");
  await ide.openPanel("Calls");
  await ide.callRows.nth(call - 1).click();
  await ide.inspector.getByText(`call ${call}`).waitFor();
}

const tab = (visit: Visit, name: string) => visit.ide.inspector.getByRole("tab", { name }).click();
const form = (visit: Visit, name: string) =>
  visit.ide.inspector.getByRole("button", { name, exact: true }).click();

describe("the overview", () => {
  test("tells the bill line by line, and the model that was asked for beside the one that answered", async () => {
    await using visit = await world.visit();
    const { ide } = visit;
    const body = `{"model": "simulator/error-502", "models": ["simulator/bill-cache-read"], "stream": True, ${says("x ".repeat(60))}}`;
    await opened(visit, sending([chat, body]));
    await ide.inspector.getByText("asked for simulator/error-502").waitFor();
    await ide.inspector.getByText("stop: the model had said what it wanted").waitFor();
    const bill = ide.inspector.getByRole("region", { name: "Bill" });
    await bill
      .getByRole("row", { name: /^Prompt, read from cache.*\d+ tokens × \$0\.0\d+.*list price/ })
      .waitFor();
    await bill.getByText("The reply itself told the total.").waitFor();
    await bill.getByText(/Unit prices are those of simulator\/bill-cache-read/).waitFor();
  });

  test("tells a fee of one's own key, and leads to the line that sent the call", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    await opened(visit, sending([chat, `{"model": "simulator/bill-byok", ${says("x")}}`]));
    await ide.inspector.getByText("OpenRouter's fee", { exact: false }).first().waitFor();
    await ide.inspector.getByText(/The provider bills you \$0\.\d+ besides/).waitFor();
    // The innermost place is in the helper, on the line of its request.
    const place = ide.inspector.getByRole("button", { name: /^main\.py:\d+$/ }).first();
    const line = (await place.innerText()).split(":")[1];
    await place.click();
    await page.getByText(`Ln ${line}, Col`).waitFor();
  });
});

describe("a conversation", () => {
  test("shows Markdown as text alone: no markup, no link but to the web, nothing fetched", async () => {
    await using visit = await world.visit();
    const { ide, page } = visit;
    const hostile =
      "# Title\n\n**bold** <img src=x onerror=alert(1)> <script>alert(1)</script>\n\n[press](javascript:alert(1)) " +
      "[bank.example](https://evil.example/x) ![cat](https://pictures.example/cat.png)\n\n```python\nprint(1)\n```";
    await opened(visit, sending([chat, `{"model": "openai/gpt-4o-mini", ${says(hostile)}}`]));
    await tab(visit, "Request");
    await ide.inspector.locator(".markdown-heading", { hasText: "Title" }).waitFor();
    await ide.inspector.getByText("<script>alert(1)</script>").waitFor();
    await ide.inspector.getByText("(evil.example)").waitFor();
    const links = await ide.inspector
      .locator(".conversation a")
      .evaluateAll((all) => all.map((link) => [link.getAttribute("href"), link.getAttribute("rel")]));
    expect(links).toEqual([
      ["https://evil.example/x", "noopener noreferrer nofollow"],
      ["https://pictures.example/cat.png", "noopener noreferrer nofollow"],
    ]);
    expect(await ide.inspector.locator(".conversation :is(img, script, iframe, h1)").count()).toBe(0);
    await ide.inspector.getByRole("button", { name: "Copy the code" }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe("print(1)");
    await form(visit, "As text");
    await ide.inspector.getByText("# Title").waitFor();
  });

  test("shows reasoning, calls of tools and pictures, streamed or whole", async () => {
    await using visit = await world.visit();
    const { ide } = visit;
    const tool = `{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}`;
    await opened(
      visit,
      sending(
        [
          chat,
          `{"model": "simulator/tools-parallel", "stream": True, "tools": [${tool}], ${says("Weather in Oslo?")}}`,
        ],
        [chat, `{"model": "simulator/image", ${says("Draw")}}`],
        [
          "/responses",
          `{"model": "openai/gpt-5.2", "stream": True, "reasoning": {"effort": "low"}, "input": "Hi"}`,
        ],
        [
          "/messages",
          `{"model": "anthropic/claude-haiku-4.5", "stream": True, "max_tokens": 99, ${says("Hi")}}`,
        ],
      ),
    );
    await tab(visit, "Response");
    await ide.inspector.getByText("get_weather").first().waitFor();
    await ide.inspector.getByText("tool_calls: the model waits").waitFor();
    await ide.callRows.nth(1).click();
    await ide.inspector.getByText("1 × 1, image/png").waitFor();
    await ide.callRows.nth(2).click();
    await ide.inspector.getByText(/^Reasoning, \d+ characters/).waitFor();
    await ide.callRows.nth(3).click();
    await ide.inspector.getByText("end_turn: the model had said").waitFor();
  });
});

test("a tree is walked by keys, searched, and copied from", async () => {
  await using visit = await world.visit();
  const { ide, page } = visit;
  await opened(visit, sending([chat, `{"model": "openai/gpt-4o-mini", ${says("Look for the needle")}}`]));
  await tab(visit, "Request");
  await form(visit, "Tree");
  const tree = ide.inspector.getByRole("tree", { name: "The request as a tree" });
  const chosen = tree.getByRole("treeitem", { selected: true });
  await tree.focus();
  await page.keyboard.press("ArrowLeft");
  await chosen.and(page.locator("[aria-expanded=false]")).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await chosen.filter({ hasText: 'model: "openai/gpt-4o-mini"' }).waitFor();
  await page.keyboard.press("Control+c");
  await ide.noticeShows("Value copied.");
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe("openai/gpt-4o-mini");
  await page.keyboard.press("Control+f");
  await page.keyboard.type("NEEDLE");
  await page.keyboard.press("Enter");
  await chosen.filter({ hasText: "Look for the needle" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Shift+Alt+c");
  await ide.noticeShows("Path copied.");
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe('["messages"][0]["content"]');
  await form(visit, "Raw");
  await ide.inspector
    .getByRole("region", { name: "The request as it was" })
    .getByText('"Look for the needle"')
    .waitFor();
});

test("the timeline tells the speed, parts the kinds, and finds the pauses", async () => {
  await using visit = await world.visit();
  const { ide, page } = visit;
  await opened(visit, sending([chat, `{"model": "openai/gpt-4o-mini", "stream": True, ${says("Tell me")}}`]));
  await tab(visit, "Events");
  await ide.inspector.getByRole("img", { name: /on average, at most/ }).waitFor();
  const events = ide.inspector.getByRole("listbox", { name: "Events of the stream" });
  await events.getByRole("option").filter({ hasText: "text" }).first().waitFor();
  await ide.inspector.getByRole("button", { name: /^Data/ }).click();
  await events.getByRole("option").filter({ hasText: "[DONE]" }).click();
  await ide.inspector.getByText(/^Event \d+ of \d+/).waitFor();
  expect(await events.getByRole("option").filter({ hasText: "choices" }).count()).toBe(0);
  await page.keyboard.press("Home");
  await events.getByRole("option", { selected: true }).filter({ hasText: "OPENROUTER PROCESSING" }).waitFor();
});

test("headers are searched and copied, and no key is among them", async () => {
  await using visit = await world.visit();
  const { ide, page } = visit;
  await opened(visit, sending([chat, `{"model": "openai/gpt-4o-mini", ${says("x")}}`, `{"X-Own": "it's"}`]));
  await tab(visit, "Headers");
  await ide.inspector.getByText("HTTP 200").waitFor();
  expect(await ide.inspector.innerText()).not.toMatch(/Bearer|sk-or-/);
  await ide.inspector
    .getByText(/held is never recorded/)
    .first()
    .waitFor();
  await ide.inspector.getByRole("textbox", { name: "Search the headers" }).fill("own");
  await ide.inspector.getByRole("button", { name: /^Copy X-Own for cURL/ }).click();
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(String.raw`-H 'X-Own: it'\''s'`);
  expect(await ide.inspector.getByRole("rowheader").count()).toBe(1);
});

test("routing tells the router's own account, and says when there is none", async () => {
  await using visit = await world.visit();
  const { ide } = visit;
  const body = `{"model": "openai/gpt-4o-mini", "provider": {"order": ["openai"]}, ${says("x")}}`;
  await opened(visit, sending([chat, body, `{"X-OpenRouter-Metadata": "enabled"}`], [chat, body]));
  await tab(visit, "Routing");
  await ide.inspector.getByRole("region", { name: "Tried, in this order" }).getByText("200").waitFor();
  await ide.inspector
    .getByRole("region", { name: "Asked for" })
    .getByText("Providers, in this order")
    .waitFor();
  await ide.callRows.nth(1).click();
  await ide.inspector.getByText(/was not told\. OpenRouter tells it when/).waitFor();
});

test("calls are stepped through by keys, and closing gives the focus back to the list", async () => {
  await using visit = await world.visit();
  const { ide, page } = visit;
  const call = [chat, `{"model": "openai/gpt-4o-mini", ${says("x")}}`] as const;
  await opened(
    visit,
    sending(call, call, ["/embeddings", `{"model": "openai/text-embedding-3-small", "input": "x"}`]),
  );
  await ide.inspector.getByRole("tab", { name: "Overview" }).focus();
  await page.keyboard.press("Alt+ArrowDown");
  await ide.inspector.getByText("call 2").waitFor();
  await ide.inspector.getByText("The very same request was sent once before.").waitFor();
  await ide.inspector.getByRole("button", { name: "Next call" }).click();
  await ide.inspector.getByText("call 3").waitFor();
  expect(await ide.inspector.getByRole("button", { name: "Next call" }).isDisabled()).toBe(true);
  await tab(visit, "Response");
  await ide.inspector.getByRole("tree").waitFor();
  expect(await ide.inspector.getByRole("button", { name: "Conversation" }).count()).toBe(0);
  await page.keyboard.press("Escape");
  await ide.inspector.waitFor({ state: "detached" });
  await ide.calls.and(page.locator(":focus")).waitFor();
});

test("a call that goes on says what is still to come", async () => {
  await using visit = await world.visit();
  const { ide } = visit;
  await ide.run(sending([chat, `{"model": "simulator/stream-stall", "stream": True, ${says("x")}}`]));
  await ide.openPanel("Calls");
  await ide.callRows.first().click();
  await ide.inspector.getByText("streaming", { exact: true }).first().waitFor();
  for (const name of ["Request", "Response", "Events", "Headers", "Routing"]) {
    await tab(visit, name);
    await ide.inspector.getByText("It stands here when the reply has ended.").waitFor();
  }
});

test.each(["dark", "light"])("every part is readable and named, on a phone too (%s)", async (theme) => {
  await using visit = await world.visit({ size: phone });
  const { ide, page } = visit;
  await page.evaluate(`document.documentElement.dataset.bsTheme = ${JSON.stringify(theme)}`);
  const body = `{"model": "simulator/reasoning-encrypted", "stream": True, ${says("# Hi\n\n> q\n\n[a](https://b.example) `c`")}}`;
  await opened(
    visit,
    sending(
      [chat, body, `{"X-OpenRouter-Metadata": "enabled"}`],
      [chat, `{"model": "simulator/error-429", ${says("x")}}`],
    ),
  );
  for (const name of ["Overview", "Request", "Response", "Events", "Headers", "Routing"]) {
    await tab(visit, name);
    await ide.inspector.getByRole("tabpanel", { name }).waitFor();
    expect([name, ...(await unreadable(page))]).toEqual([name]);
    expect([name, ...(await unnamed(page))]).toEqual([name]);
    const wide = `document.querySelector(".inspector-pane").scrollWidth - document.querySelector(".inspector-pane").clientWidth`;
    expect([name, await page.evaluate(wide)]).toEqual([name, 0]);
  }
});
