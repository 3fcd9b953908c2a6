/** Tells one browser of its owner's installations: the newest of each, never faster than it reads. */
import type { Installation } from "../../contract/environments.ts";
import type { OwnerId } from "../../contract/ids.ts";
import type { InstallationWatch } from "../environments/watch.ts";

/** Answers how to stop. `send` resolves when the message has left. */
export function tellInstallations(
  watch: InstallationWatch,
  ownerId: OwnerId,
  send: (installation: Installation) => Promise<void>,
): () => void {
  const waiting = new Map<string, Installation>();
  let isSending = false;
  const pump = async (): Promise<void> => {
    if (isSending) return;
    isSending = true;
    // What comes in the meantime is added at the end, and so is sent too.
    for (const [id, installation] of waiting) {
      waiting.delete(id);
      await send(installation);
    }
    isSending = false;
  };
  return watch.watch(ownerId, (installation) => {
    waiting.set(installation.id, installation);
    void pump();
  });
}
