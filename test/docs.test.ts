/** What the documentation says is what the code does: tables are current, and what it names exists. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { describe, expect, test } from "vitest";
import { limits } from "../contract/limits.ts";
import { readCommandLine } from "../server/cli/command-line.ts";
import { runFlags } from "../server/cli/run-flags.ts";
import { settings } from "../server/settings-table.ts";
import { scenarioModels } from "../server/simulator/scenarios.ts";
import { referenceDocs } from "../setup/reference-docs.ts";
import { commands, keyLabel } from "../web/shell/keys.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, "utf8");
const written = [
  "README.md",
  "docs/guide.md",
  "docs/security.md",
  "docs/decisions.md",
  "docs/concurrency.md",
];

/** All that stands between backticks, and the lines of blocks of commands. */
function code(page: string): readonly string[] {
  const text = read(page);
  const blocks = [...text.matchAll(/^```sh\n([^]*?)^```/gm)].flatMap(([, lines = ""]) => lines.split("\n"));
  const spans = [...text.replaceAll(/^```[^]*?^```/gm, "").matchAll(/`([^`]+)`/g)].map(
    ([, span = ""]) => span,
  );
  return [...blocks, ...spans].map((piece) => piece.replaceAll(/\s+/g, " ")).filter((piece) => piece !== "");
}

describe("reference pages", () => {
  test.each([...referenceDocs().keys()])("docs/%s is what the code's tables say", async (name) => {
    const wanted = await format(referenceDocs().get(name) ?? "", { parser: "markdown", printWidth: 110 });
    expect(read(`docs/${name}`), "`npm run docs` writes it").toBe(wanted);
  });

  test("every limit says what happens when it is full, and every one is used", () => {
    const rows = read("docs/limits.md").match(/^\| `\w+`.*$/gm) ?? [];
    expect(rows.filter((row) => /\|\s*\|$/.test(row))).toEqual([]);
    expect(rows).toHaveLength(Object.keys(limits).length);
    const sources = globSync("{contract,server}/**/*.ts", { cwd: root })
      .filter((file) => !file.includes(".test.") && file !== "contract/limits.ts")
      .map(read)
      .join("\n");
    expect(Object.keys(limits).filter((name) => !sources.includes(`limits.${name}`))).toEqual([]);
  });
});

describe("settings", () => {
  test("the README names every flag and variable", () => {
    const readme = read("README.md");
    const names = Object.values(settings).flatMap(({ flag, variable }) => [flag ?? variable, variable]);
    expect(names.filter((name) => !readme.includes(`\`${name}`))).toEqual([]);
  });

  test("the README's table says of each what the settings table says", () => {
    const text = read("README.md").replaceAll(/\s+/g, " ");
    expect(Object.values(settings).filter(({ says }) => !text.includes(says))).toEqual([]);
  });

  test(".env.example names settings only", () => {
    const known = new Set<string>(Object.values(settings).map(({ variable }) => variable));
    const named = [...read(".env.example").matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(([, name = ""]) => name);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe.each(written)("%s", (page) => {
  test("points to files that are there", () => {
    const folder = page.includes("/") ? "docs/" : "";
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
      ([, link = ""]) => `${folder}${link}`,
    );
    expect(links.filter((link) => !existsSync(`${root}${link}`))).toEqual([]);
  });

  test("names folders and files that are there, by their whole path", () => {
    const paths = code(page).filter((piece) =>
      /^(contract|server|web|runner|test|setup|docs|bin)\/[\w./*-]*$/.test(piece),
    );
    expect(paths.filter((path) => globSync(path, { cwd: root }).length === 0)).toEqual([]);
    const short = code(page).filter((piece) => /^[\w-]+\.(ts|tsx|py|mjs)$/.test(piece));
    expect(short.filter((name) => !["compose.ts", "program.py"].includes(name))).toEqual([]);
  });

  test("names flags that are there", () => {
    const known = new Set<string>([
      ...Object.values(settings).flatMap(({ flag }) => flag ?? []),
      ...runFlags.map(({ flag }) => flag),
      "--json",
      "--version",
      "--help",
    ]);
    const named = code(page).flatMap((piece) => piece.match(/--[a-z][a-z-]*/g) ?? []);
    expect(named.filter((flag) => !known.has(flag))).toEqual([]);
  });

  test("quotes commands that npm and our command line take", () => {
    const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: Record<string, string> };
    const ofNpm = code(page).flatMap((piece) => /^npm (?:run )?([a-z]+)/.exec(piece)?.[1] ?? []);
    expect(ofNpm.filter((name) => scripts[name] === undefined && name !== "ci")).toEqual([]);
    // A synopsis is not a command line: brackets and capitals stand for something else.
    const ours = code(page).filter(
      (piece) => /^(bin\/)?openrouter-ide( |$)/.test(piece) && !piece.includes("["),
    );
    const refused = ours.filter((piece) => !readCommandLine(piece.split(" ").slice(1)).ok);
    expect(refused).toEqual([]);
  });
});

describe("the guide", () => {
  test("names every key of the page", () => {
    const guide = read("docs/guide.md");
    const keys = Object.values(commands).flatMap(({ bindings }) =>
      bindings.map((one) => keyLabel(one, false)),
    );
    expect(keys.filter((key) => !guide.includes(key))).toEqual([]);
  });

  test("names models of the simulator that are there", () => {
    const known = new Set(scenarioModels.map(({ slug }) => `simulator/${slug}`));
    const named = code("docs/guide.md").filter((piece) => /^simulator\/[\w-]+$/.test(piece));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});
