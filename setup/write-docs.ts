/** `npm run docs`: writes the reference pages of docs/ from the code's own tables. */
import { writeFileSync } from "node:fs";
import { format } from "prettier";
import { referenceDocs } from "./reference-docs.ts";

for (const [name, text] of referenceDocs()) {
  writeFileSync(
    new URL(`../docs/${name}`, import.meta.url),
    await format(text, { parser: "markdown", printWidth: 110 }),
  );
}
