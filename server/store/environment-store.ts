/** Port: which Python environment each owner chose, and what they added to their own. It goes with their session. */
import type { OwnerId } from "../../contract/ids.ts";

export interface EnvironmentChoice {
  /** Null: nothing was chosen. */
  readonly environment: string | null;
  /** What was added to the managed environment, as it is installed. */
  readonly requirements: readonly string[];
}

export interface EnvironmentStore {
  /** Nothing chosen and nothing added for an owner without a session. */
  find(ownerId: OwnerId): Promise<EnvironmentChoice>;
  save(ownerId: OwnerId, choice: EnvironmentChoice): Promise<void>;
}
