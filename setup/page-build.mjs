/** Builds the page when its files are missing, incomplete or older than what they are made from. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ownEnvironment, ownNode, quietly, root, tail } from "./processes.mjs";
import { CannotSetUp, say } from "./say.mjs";

const built = path.join(root, "dist", "web");
/** What the last whole build was made from, and what it made: { inputs, files: { name: bytes } }. */
const noteFile = path.join(root, "dist", "web-build.json");

/** Leaves `dist/web` whole and current, after one line when it has to build. */
export function ensurePage() {
  const inputs = hashOfInputs();
  if (isCurrent(inputs)) return;
  say("Building the page (it is missing or its sources changed): vite build");
  rmSync(noteFile, { force: true });
  const vite = path.join(root, "node_modules", "vite", "bin", "vite.js");
  const { status, text } = quietly(ownNode, [vite, "build", "-c", path.join("web", "vite.config.ts")], {
    env: { ...ownEnvironment(), NODE_ENV: "production" },
  });
  if (status !== 0) throw new CannotSetUp(`The page could not be built:\n${tail(text, 30)}`);
  mkdirSync(path.dirname(noteFile), { recursive: true });
  writeFileSync(noteFile, `${JSON.stringify({ inputs, files: sizes() })}\n`);
}

/** @param {string} inputs */
function isCurrent(inputs) {
  if (!existsSync(noteFile)) return false;
  /** @type {{ inputs?: unknown, files?: Record<string, number> }} */
  let note;
  try {
    note = JSON.parse(readFileSync(noteFile, "utf8"));
  } catch {
    // Cut off while it was written: the same as no note.
    return false;
  }
  if (note.inputs !== inputs || typeof note.files !== "object") return false;
  const there = sizes();
  return Object.entries(note.files).every(([name, bytes]) => there[name] === bytes);
}

function hashOfInputs() {
  const hash = createHash("sha256");
  const sources = ["web", "contract"].flatMap((folder) => filesBelow(path.join(root, folder)));
  for (const file of [
    ...sources,
    path.join(root, "package-lock.json"),
    path.join(root, "tsconfig.base.json"),
  ]) {
    if (file.endsWith(".test.ts")) continue;
    hash.update(`${path.relative(root, file)}\0${statSync(file).size}\0`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** @returns {Record<string, number>} */
function sizes() {
  if (!existsSync(built)) return {};
  return Object.fromEntries(
    filesBelow(built).map((file) => [path.relative(built, file), statSync(file).size]),
  );
}

/** @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(file);
    return entry.isFile() ? [file] : [];
  });
}
