/** Builds the page into dist/web: relative addresses (a sub-path works), the shell first, Monaco and xterm behind it, each file also compressed. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { iconNames } from "./shell/icon-names.ts";

const require = createRequire(import.meta.url);

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [featherIcons(), paintOnce(), precompressed()],
  worker: { format: "es" },
  build: {
    outDir: path.join(import.meta.dirname, "../dist/web"),
    emptyOutDir: true,
    target: "es2023",
    sourcemap: false,
    // The content security policy allows scripts from this server only, so nothing may become a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 5_000,
  },
});

/** The drawings of the icons in use, as one module. */
function featherIcons(): Plugin {
  const id = "virtual:feather-icons";
  return {
    name: "feather-icons",
    resolveId: (source) => (source === id ? `\0${id}` : null),
    async load(source) {
      if (source !== `\0${id}`) return null;
      const text = await readFile(require.resolve("feather-icons/dist/icons.json"), "utf8");
      const all = JSON.parse(text) as Record<string, string>;
      const used = iconNames.map((name) => {
        const drawing = all[name];
        if (drawing === undefined) throw new Error(`Feather has no icon "${name}" (web/shell/icon-names.ts)`);
        return [name, drawing];
      });
      return `export default ${JSON.stringify(Object.fromEntries(used))}`;
    },
  };
}

/** The first paint waits for the shell, so that nobody sees an empty page or the wrong theme flash by. */
function paintOnce(): Plugin {
  return {
    name: "paint-once",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
    },
  };
}

const compressible = /\.(?:js|css|html|svg|json|ttf)$/;

/** Writes .br and .gz beside each file that gets smaller by it, so that the server never compresses at run time. */
function precompressed(): Plugin {
  return {
    name: "precompressed",
    apply: "build",
    async writeBundle({ dir }) {
      if (dir === undefined) return;
      for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !compressible.test(entry.name)) continue;
        const file = path.join(entry.parentPath, entry.name);
        const bytes = await readFile(file);
        const [br, gz] = await Promise.all([
          promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
          promisify(gzip)(bytes, { level: 9 }),
        ]);
        if (br.length < bytes.length) await writeFile(`${file}.br`, br);
        if (gz.length < bytes.length) await writeFile(`${file}.gz`, gz);
      }
    },
  };
}
