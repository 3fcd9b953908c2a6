/** Standard error is told apart, and no colour of the program's own is broken. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Stream } from "../../contract/events.ts";
import { StderrTint, tintIndex } from "./stderr-tint.ts";
import { findLineLinks } from "./traceback-links.ts";

const esc = "\u001B";
const tint = `${esc}[38;5;${tintIndex}m`;

function shown(...pieces: readonly (readonly [Stream, string])[]): string {
  const tinter = new StderrTint();
  return pieces.map(([stream, text]) => tinter.piece(stream, text)).join("");
}

/** A terminal small enough to believe: the colour of each character. */
function colours(text: string): string {
  let colour = "default";
  let out = "";
  for (const [, codes, character] of text.matchAll(/\u001B\[([\d;]*)m|([^])/g)) {
    if (character !== undefined) out += `${character}:${colour} `;
    else if (codes === `38;5;${tintIndex}`) colour = "tint";
    else if (codes === "39" || codes === "0" || codes === "") colour = "default";
    else if (codes === "31" || codes === "1;31") colour = "red";
    else if (codes === "38;5;9") colour = "nine";
  }
  return out;
}

test("plain standard error is tinted, standard output is not", () => {
  expect(shown(["stdout", "a"], ["stderr", "b"], ["stdout", "c"])).toBe(`a${tint}b${esc}[39mc`);
});

test("the program's own colours stay, on both streams and across them", () => {
  const text = shown(
    ["stderr", `a${esc}[31mb${esc}[0mc`],
    ["stdout", `${esc}[31md`],
    ["stderr", "e"],
    ["stdout", `${esc}[mf`],
  );
  expect(colours(text)).toBe("a:tint b:red c:tint d:red e:red f:default ");
});

test("background and style alone leave the tint on", () => {
  expect(colours(shown(["stderr", `${esc}[1;4;48;5;9ma`]))).toBe("a:tint ");
});

test("a traceback's links are coloured on the way, unless the program has colours of its own there", () => {
  const links = (text: string) => findLineLinks(text, ["main.py"]);
  const text = 'File "main.py", line 3, in f';
  const tinter = new StderrTint();
  expect(tinter.piece("stderr", text, links)).toBe(`${tint}${esc}[34mFile "main.py", line 3${tint}, in f`);
  expect(tinter.piece("stdout", text, links)).toBe(`${esc}[39m${text}`);
  expect(tinter.piece("stderr", `${esc}[31m${text}`, links)).toBe(`${tint}${esc}[31m${text}`);
});

test("a sequence cut in two is still one", () => {
  expect(colours(shown(["stderr", `a${esc}[3`], ["stderr", `1mb${esc}`], ["stderr", "[0mc"]))).toBe(
    "a:tint b:red c:tint ",
  );
});

test("wherever the pieces are cut, each character has the same colour, and nothing of the program's is lost", () => {
  const text = fc
    .array(
      fc.constantFrom(
        "x",
        "yz",
        "\n",
        `${esc}[31m`,
        `${esc}[0m`,
        `${esc}[m`,
        `${esc}[39m`,
        `${esc}[1;31m`,
        `${esc}[38;5;9m`,
      ),
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom<Stream>("stdout", "stderr"), text), { maxLength: 8 }),
      fc.array(fc.nat(30), { maxLength: 10 }),
      (pieces, cuts) => {
        const cut = pieces.flatMap(([stream, whole]) => {
          const places = [0, ...cuts.filter((at) => at < whole.length).sort((a, b) => a - b), whole.length];
          return places.slice(1).map((end, index) => [stream, whole.slice(places[index], end)] as const);
        });
        const ours = new RegExp(`\\u001B\\[(?:38;5;${tintIndex}|39)m`, "g");
        const plain = pieces.map(([, whole]) => whole).join("");
        expect(colours(shown(...cut))).toBe(colours(shown(...pieces)));
        expect(shown(...cut).replace(ours, "")).toBe(plain.replace(ours, ""));
      },
    ),
  );
});
