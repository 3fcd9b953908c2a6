/** What the documentation says is what the code does: tables are current, commands and settings exist. */
import { existsSync, readFileSync } from "node:fs";
import { format } from "prettier";
import { expect, test } from "vitest";
import { settings } from "../server/settings-table.ts";
import { referenceDocs } from "../setup/reference-docs.ts";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

test.each([...referenceDocs().keys()])(
  "docs/%s is what the code's tables say; `npm run docs` writes it",
  async (name) => {
    const wanted = await format(referenceDocs().get(name) ?? "", { parser: "markdown", printWidth: 110 });
    expect(read(`docs/${name}`)).toBe(wanted);
  },
);

test("the README names every setting that has a flag or comes from outside", () => {
  const readme = read("README.md");
  const missing = Object.values(settings)
    .map(({ flag, variable }) => flag ?? variable)
    .filter((name) => !readme.includes(name));
  expect(missing).toEqual([]);
});

test("every npm command that the README quotes exists", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const quoted = [...read("README.md").matchAll(/`npm (?:run )?([a-z]+)|^npm (?:run )?([a-z]+)/gm)].map(
    ([, inText, inBlock]) => inText ?? inBlock ?? "",
  );
  expect(quoted.filter((name) => scripts[name] === undefined && !["ci", "install"].includes(name))).toEqual(
    [],
  );
});

test.each(["README.md", "docs/guide.md", "docs/security.md", "docs/decisions.md", "docs/concurrency.md"])(
  "every file that %s points to is there",
  (page) => {
    const folder = page.includes("/") ? "docs/" : "";
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
      ([, link = ""]) => `${folder}${link}`,
    );
    expect(links.filter((link) => !existsSync(new URL(`../${link}`, import.meta.url)))).toEqual([]);
  },
);
