/** Monaco's colours, made from the page's own tokens. */
import { colourOf } from "../shell/tokens.ts";

type Monaco = typeof import("monaco-editor/editor.js");

/** Defines the theme anew from the tokens in force and puts it on. */
export function applyEditorTheme(monaco: Monaco, shown: "dark" | "light"): void {
  const rule = (token: string, name: `--${string}`, fontStyle = "") => ({
    token,
    foreground: colourOf(name).slice(1),
    fontStyle,
  });
  monaco.editor.defineTheme("page", {
    base: shown === "dark" ? "vs-dark" : "vs",
    inherit: true,
    rules: [
      rule("", "--bs-body-color"),
      rule("identifier", "--bs-body-color"),
      rule("delimiter", "--bs-secondary-color"),
      rule("delimiter.expression", "--code-constant"),
      rule("keyword", "--code-keyword"),
      rule("constant", "--code-builtin"),
      rule("builtin", "--code-builtin"),
      rule("self", "--code-number"),
      rule("global", "--code-constant"),
      rule("decorator", "--code-constant"),
      rule("call", "--code-call"),
      rule("number", "--code-number"),
      rule("string", "--code-string"),
      rule("string.escape", "--code-number"),
      rule("comment", "--code-comment", "italic"),
    ],
    colors: {
      "editor.background": colourOf("--bs-body-bg"),
      "editor.foreground": colourOf("--bs-body-color"),
      "editorLineNumber.foreground": colourOf("--bs-tertiary-color"),
      "editorLineNumber.activeForeground": colourOf("--bs-body-color"),
      "editor.lineHighlightBackground": colourOf("--current-line"),
      "editor.lineHighlightBorder": "#00000000",
      "editor.selectionBackground": colourOf("--selection"),
      "editor.inactiveSelectionBackground": `${colourOf("--selection")}80`,
      "editorCursor.foreground": colourOf("--primary-text"),
      "editorIndentGuide.background1": colourOf("--guide"),
      "editorIndentGuide.activeBackground1": colourOf("--raised"),
      "editorBracketMatch.background": colourOf("--primary-tint"),
      "editorBracketMatch.border": colourOf("--primary-line"),
      // Brackets in the text's own colour: every other colour here means something.
      ...Object.fromEntries(
        [1, 2, 3, 4, 5, 6].map((depth) => [
          `editorBracketHighlight.foreground${depth}`,
          colourOf("--bs-secondary-color"),
        ]),
      ),
      "editor.wordHighlightBackground": `${colourOf("--selection")}70`,
      "editor.wordHighlightTextBackground": `${colourOf("--selection")}70`,
      "editor.wordHighlightStrongBackground": `${colourOf("--selection")}90`,
      "editorWidget.background": colourOf("--bs-secondary-bg"),
      "editorWidget.border": colourOf("--bs-border-color"),
      "editorSuggestWidget.selectedBackground": colourOf("--primary-tint"),
      "editorSuggestWidget.selectedForeground": colourOf("--bs-body-color"),
      "editorSuggestWidget.highlightForeground": colourOf("--primary-text"),
      "editorHoverWidget.background": colourOf("--bs-secondary-bg"),
      "quickInput.background": colourOf("--bs-secondary-bg"),
      "quickInputList.focusBackground": colourOf("--primary-tint"),
      "quickInputList.focusForeground": colourOf("--bs-body-color"),
      "list.hoverBackground": colourOf("--bs-tertiary-bg"),
      "list.highlightForeground": colourOf("--primary-text"),
      "list.focusHighlightForeground": colourOf("--primary-text"),
      "input.background": colourOf("--bs-body-bg"),
      "input.border": colourOf("--bs-border-color"),
      "menu.background": colourOf("--bs-secondary-bg"),
      "menu.border": colourOf("--bs-border-color"),
      "menu.selectionBackground": colourOf("--bs-tertiary-bg"),
      "menu.selectionForeground": colourOf("--bs-body-color"),
      "widget.shadow": "#00000055",
      focusBorder: colourOf("--primary-text"),
      "scrollbarSlider.background": `${colourOf("--raised")}b0`,
      "scrollbarSlider.hoverBackground": colourOf("--raised"),
      "scrollbarSlider.activeBackground": colourOf("--raised"),
      "editorOverviewRuler.border": "#00000000",
      "keybindingLabel.foreground": colourOf("--bs-tertiary-color"),
      "keybindingLabel.background": "#00000000",
      "keybindingLabel.border": colourOf("--bs-border-color"),
      "keybindingLabel.bottomBorder": colourOf("--bs-border-color"),
    },
  });
  monaco.editor.setTheme("page");
}
