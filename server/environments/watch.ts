/** Port: hears of every change of an owner's installations, for as long as someone looks. */
import type { Installation } from "../../contract/environments.ts";
import type { OwnerId } from "../../contract/ids.ts";

export interface InstallationWatch {
  /** Tells those under way at once, then each change. Answers how to stop. */
  watch(ownerId: OwnerId, tell: (installation: Installation) => void): () => void;
}
