/** Markdown from a model becomes text, and nothing else, whatever it holds. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { markdownCharacters, readMarkdown, type Block, type Inline } from "./markdown.ts";

const read = (text: string): readonly Block[] => {
  const blocks = readMarkdown(text);
  if (blocks === null) throw new Error("not read");
  return blocks;
};
const inlines = (text: string): readonly Inline[] => {
  const [block] = read(text);
  if (block?.kind !== "paragraph") throw new Error(`no paragraph but ${block?.kind}`);
  return block.inner;
};
/** Every link's and picture's address, wherever it stands. */
const addresses = (value: unknown): string[] => {
  if (typeof value !== "object" || value === null) return [];
  if ("href" in value && typeof value.href === "string") return [value.href];
  return Object.values(value).flatMap(addresses);
};

test("headings, lists, tables, quotes and code blocks are told apart", () => {
  const blocks = read(
    "# One\n\ntwo\n\n- [x] a\n- b\n\n3. c\n\n> d\n\n---\n\n| e | f |\n|--:|---|\n| 1 | 2 |\n\n```py title\ng()\n```\n",
  );
  expect(blocks.map(({ kind }) => kind)).toEqual([
    "heading",
    "paragraph",
    "list",
    "list",
    "quote",
    "rule",
    "table",
    "code",
  ]);
  expect(blocks[2]).toMatchObject({ start: null, items: [{ checked: true }, { checked: null }] });
  expect(blocks[3]).toMatchObject({ start: 3 });
  expect(blocks[6]).toMatchObject({ head: [{ align: "right" }, { align: null }] });
  expect(blocks[7]).toEqual({ kind: "code", language: "py", text: "g()" });
});

test("HTML stays the text that it is, within a line and as a block", () => {
  expect(
    inlines("a <script>alert(1)</script> <img src=x onerror=y> b")
      .map((part) => ("text" in part ? part.text : part.kind))
      .join(""),
  ).toBe("a <script>alert(1)</script> <img src=x onerror=y> b");
  expect(read("<div onclick=x>\n<b>hi</b>\n</div>")).toEqual([
    { kind: "paragraph", inner: [{ kind: "text", text: "<div onclick=x>\n<b>hi</b>\n</div>" }] },
  ]);
  expect(inlines("&lt;b&gt; &amp; &#60;i>")).toEqual([{ kind: "text", text: "<b> & <i>" }]);
});

test.each([
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "java&#10;script:alert(1)",
  "data:text/html;base64,PHNjcmlwdD4=",
  "vbscript:x",
  "file:///etc/passwd",
  "blob:https://x/1",
  "/api/session",
  "//evil.example/x",
  "ftp://x/y",
])("a link to %s is no link", (address) => {
  expect(
    addresses(read(`[press](${address}) ![see](${address}) [r][1] <${address}>\n\n[1]: ${address}`)),
  ).toEqual([]);
});

test("a link tells its real host unless its words do", () => {
  const [link] = inlines("[https://bank.example](https://user@evil.example/x)");
  expect(link).toMatchObject({ kind: "link", isPlain: false, address: { leadsTo: "evil.example" } });
  const [plain] = inlines("https://openrouter.ai/docs");
  expect(plain).toMatchObject({
    kind: "link",
    isPlain: true,
    address: { href: "https://openrouter.ai/docs" },
  });
  const [lookalike] = inlines("[x](https://раypal.example/)");
  expect(lookalike).toMatchObject({ address: { leadsTo: expect.stringMatching(/^xn--/) as string } });
});

test("a picture is its words and its address, to be fetched by nobody", () => {
  expect(inlines("![a cat](https://pictures.example/cat.png)")).toMatchObject([
    { kind: "picture", words: "a cat", address: { href: "https://pictures.example/cat.png" } },
  ]);
});

test("definitions and footnotes are not hidden", () => {
  expect(JSON.stringify(read("x\n\n[1]: https://a.example 'secret words'"))).toContain("secret words");
});

test("what is too long or too deep is given back, to be shown as it is", () => {
  expect(readMarkdown("a".repeat(markdownCharacters + 1))).toBeNull();
  expect(readMarkdown(">".repeat(20_000))).toBeNull();
  expect(JSON.stringify(readMarkdown(`${"> ".repeat(60)}deep`))).toContain("deep");
});

test("any text is read without a fault, and its links lead to the web only", () => {
  const piece = fc.constantFrom(
    "[",
    "](",
    ")",
    "![",
    "javascript:",
    "https://a.b",
    "<",
    ">",
    "`",
    "```",
    "*",
    "_",
    "\n",
    "- ",
    "|",
    "&#106;",
    "\\",
    "# ",
    "x",
    "\t",
    "<a href='",
    "]: ",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 60 }), (pieces) => {
      for (const address of addresses(readMarkdown(pieces.join("")))) {
        expect(address).toMatch(/^(https?:\/\/|mailto:)/);
      }
    }),
    { numRuns: 500 },
  );
});
