/** Above the list of calls: saves all of the run's as one file. */
import { routes } from "../../contract/routes.ts";
import { addressOf } from "../api/client.ts";
import { saveFrom } from "../files/save-bytes.ts";
import { Icon } from "../shell/icon.tsx";
import { useApp } from "../state/app-state.ts";
import { usePageParts } from "../state/page-parts.ts";

export function RunActions() {
  const app = useApp();
  const { base } = usePageParts();
  const run = app.run.value;
  if (run === null || run.callCount === 0) return null;
  return (
    <button
      type="button"
      class="icon-button small"
      aria-label="Save the run's calls as HAR"
      title="Save the run's calls as HAR"
      onClick={() => saveFrom(addressOf(base, routes.getRunHar.path, { params: { run: run.id } }))}
    >
      <Icon name="download" />
    </button>
  );
}
