/** The sheet of keys: the page's own from its table, and the editor's that people look for first. */
import { usePageParts } from "../state/page-parts.ts";
import { Dialog } from "./dialog.tsx";
import { commands, keyLabel } from "./keys.ts";
import { usePageDialogs } from "./page-dialogs.ts";

/** Monaco's own, as VS Code has them. */
const editorKeys: readonly (readonly [says: string, keys: string, onMac: string])[] = [
  ["Find", "Ctrl+F", "⌘F"],
  ["Replace", "Ctrl+H", "⌥⌘F"],
  ["Comment or uncomment", "Ctrl+/", "⌘/"],
  ["Select the next same word", "Ctrl+D", "⌘D"],
  ["Move the line", "Alt+↑ ↓", "⌥↑ ↓"],
  ["Suggestions", "Ctrl+Space", "⌃Space"],
  ["Calls of the cursor's line", "Alt+Enter", "⌥Enter"],
];

const elsewhere: readonly (readonly [says: string, keys: string])[] = [
  ["Interrupt, in the output with nothing selected", "Ctrl+C"],
  ["End the program's input, in its line or terminal", "Ctrl+D"],
  ["Leave the program's terminal", "Shift+Tab"],
  ["Rename the file, on its tab", "F2"],
  ["Remove the file, on its tab", "Del"],
  ["Search the snippets", "/"],
  ["Filter the calls, in their list", "/"],
  ["Show the line that sent a call, in the list", "Shift+Enter"],
  ["Next or previous call, in an open one", "Alt+↓ ↑"],
  ["Copy a value or its path, in a tree", "Ctrl+C, Shift+Alt+C"],
];

export function ShortcutsSheet() {
  const dialogs = usePageDialogs();
  const { isMac } = usePageParts();
  return (
    <Dialog
      open={dialogs.shortcuts.value}
      onClose={() => (dialogs.shortcuts.value = false)}
      label="Keyboard shortcuts"
      class="shortcuts"
    >
      <div class="dialog-body">
        <h3 class="label">Page</h3>
        <dl class="shortcut-list">
          {Object.values(commands).map(({ says, bindings }) => (
            <Row key={says} says={says} keys={bindings.map((binding) => keyLabel(binding, isMac))} />
          ))}
          {elsewhere.map(([says, keys]) => (
            <Row key={says} says={says} keys={[keys]} />
          ))}
        </dl>
        <h3 class="label">Editor</h3>
        <dl class="shortcut-list">
          {editorKeys.map(([says, keys, onMac]) => (
            <Row key={says} says={says} keys={[isMac ? onMac : keys]} />
          ))}
        </dl>
      </div>
    </Dialog>
  );
}

function Row({ says, keys }: { readonly says: string; readonly keys: readonly string[] }) {
  return (
    <>
      <dt>{says}</dt>
      <dd>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dd>
    </>
  );
}
