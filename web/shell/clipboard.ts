/** Puts a text on the clipboard that has yet to be fetched. */

/**
 * False when the browser refuses: over plain HTTP from another machine it has no clipboard at all. The text is promised within
 * the press that asked for it, since some browsers lend the clipboard for no longer; a text that never comes copies nothing.
 */
export async function copyLater(text: Promise<string>): Promise<boolean> {
  const blob = text.then((ready) => new Blob([ready], { type: "text/plain" }));
  try {
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    return true;
  } catch {
    return false;
  }
}
