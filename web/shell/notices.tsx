/** Short words about what just happened, with a way out where there is one; read aloud, and gone after a while. */
import { useEffect } from "preact/hooks";
import { useApp, type Notice } from "../state/app-state.ts";
import type { IconName } from "./icon-names.ts";
import { Icon } from "./icon.tsx";
import { Words } from "./words.tsx";

const icons: Readonly<Record<Notice["kind"], IconName>> = {
  info: "info",
  ok: "check",
  warn: "alert-triangle",
  bad: "alert-circle",
};

/** Long enough to read; longer where there is something to press. ms. */
const shownMs = (notice: Notice): number =>
  notice.action !== undefined
    ? 12_000
    : notice.kind === "bad"
      ? 10_000
      : notice.kind === "warn"
        ? 8_000
        : 4_000;

export function Notices() {
  const app = useApp();
  return (
    <div class="notices" role="status" aria-live="polite">
      {app.notices.value.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function NoticeCard({ notice }: { readonly notice: Notice }) {
  const app = useApp();
  const close = (): void => {
    app.notices.value = app.notices.value.filter((other) => other.id !== notice.id);
  };
  useEffect(() => {
    const timer = setTimeout(close, shownMs(notice));
    return () => clearTimeout(timer);
  }, []);
  const { action } = notice;
  return (
    <div class={`notice ${notice.kind}`}>
      <Icon name={icons[notice.kind]} />
      <div class="notice-words">
        <p>{notice.says}</p>
        {notice.hint !== undefined && (
          <p class="says">
            <Words text={notice.hint} />
          </p>
        )}
      </div>
      {action !== undefined && (
        <button
          type="button"
          class="link-button"
          onClick={() => {
            close();
            action.run();
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" class="icon-button small" aria-label="Dismiss" onClick={close}>
        <Icon name="x" size="small" />
      </button>
    </div>
  );
}
