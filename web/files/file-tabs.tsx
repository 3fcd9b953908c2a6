/** The program and the files beside it as tabs: the one that is chosen is in the editor. */
import "./file-tabs.css";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ProgramFile } from "../../contract/files.ts";
import { Icon } from "../shell/icon.tsx";
import type { IconName } from "../shell/icon-names.ts";
import { Menu, type MenuItem } from "../shell/menu.tsx";
import { useApp } from "../state/app-state.ts";
import { usePageParts } from "../state/page-parts.ts";
import { useFileChanges } from "./file-changes.ts";
import { FileNameDialog } from "./file-name-dialog.tsx";
import { bytesOf, isSame, pictureType } from "./program-files.ts";
import { saveBytes } from "./save-bytes.ts";

export function FileTabs() {
  const app = useApp();
  const { name, savedCode, savedFiles } = app.program.value;
  const isGone = savedFiles.some((file) => !app.files.value.some(({ path }) => path === file.path));
  return (
    <div class="file-tabs">
      <div class="file-list" role="tablist" aria-label="Files of the program" onKeyDown={walk}>
        <button
          type="button"
          class="program-tab"
          role="tab"
          aria-selected={app.openPath.value === null}
          aria-controls="editor"
          tabIndex={app.openPath.value === null ? 0 : -1}
          title={name}
          onClick={() => (app.openPath.value = null)}
        >
          <Icon name="code" />
          <span>{name}</span>
          {(app.code.value !== savedCode || isGone) && <UnsavedDot />}
        </button>
        {app.files.value.map((file) => (
          <FileTab key={file.path} file={file} />
        ))}
      </div>
      <AddFiles />
    </div>
  );
}

const UnsavedDot = () => (
  <b class="unsaved-dot" role="img" aria-label="Unsaved changes" title="Unsaved changes" />
);

export function iconOf(file: ProgramFile): IconName {
  if (pictureType(file.path) !== null) return "image";
  if (file.encoding === "base64") return "file";
  return /\.pyi?$/.test(file.path) ? "code" : "file-text";
}

function FileTab({ file }: { readonly file: ProgramFile }) {
  const app = useApp();
  const changes = useFileChanges();
  const tab = useRef<HTMLButtonElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const isMenuOpen = useSignal(false);
  const isRenaming = useSignal(false);
  const isOpen = app.openPath.value === file.path;
  useEffect(() => {
    if (isOpen) tab.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [isOpen]);
  const saved = app.program.value.savedFiles.find(({ path }) => path === file.path);
  const items: readonly (MenuItem | "rule")[] = [
    { label: "Rename…", icon: "edit-2", keys: "F2", run: () => (isRenaming.value = true) },
    { label: "Replace…", icon: "upload", run: () => picker.current?.click() },
    {
      label: "Download",
      icon: "download",
      run: () => saveBytes(file.path.split("/").at(-1) ?? "file", bytesOf(file)),
    },
    "rule",
    { label: "Remove", icon: "trash-2", keys: "Del", danger: true, run: () => changes.remove(file.path) },
  ];
  return (
    <div class={isOpen ? "file-tab open" : "file-tab"} role="presentation">
      <button
        ref={tab}
        type="button"
        role="tab"
        aria-selected={isOpen}
        aria-controls="editor"
        tabIndex={isOpen ? 0 : -1}
        title={file.path}
        onClick={() => (app.openPath.value = file.path)}
        onDblClick={() => (isRenaming.value = true)}
        onContextMenu={(event) => {
          event.preventDefault();
          isMenuOpen.value = true;
        }}
        onKeyDown={(event) => {
          if (event.key === "F2") isRenaming.value = true;
          else if (event.key === "Delete") changes.remove(file.path);
          else return;
          event.preventDefault();
        }}
      >
        <Icon name={iconOf(file)} />
        <span>{file.path}</span>
        {!isSame(file, saved) && <UnsavedDot />}
      </button>
      <button
        ref={more}
        type="button"
        class="icon-button small"
        aria-label={`More for ${file.path}`}
        aria-haspopup="menu"
        aria-expanded={isMenuOpen.value}
        tabIndex={isOpen ? 0 : -1}
        onClick={() => (isMenuOpen.value = true)}
      >
        <Icon name="more-vertical" />
      </button>
      <Menu
        open={isMenuOpen.value}
        onClose={() => (isMenuOpen.value = false)}
        label={`More for ${file.path}`}
        anchor={more.current}
        items={items}
      />
      <FileNameDialog
        open={isRenaming.value}
        path={file.path}
        anchor={tab.current}
        onName={(to) => changes.rename(file.path, to)}
        onClose={() => (isRenaming.value = false)}
      />
      <FilePicker picker={picker} label={`Replace ${file.path}`} replacing={file.path} />
    </div>
  );
}

/** The button behind the tabs: a new file, or some from the disk. */
function AddFiles() {
  const changes = useFileChanges();
  const { editor } = usePageParts();
  const button = useRef<HTMLButtonElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const isMenuOpen = useSignal(false);
  const isNaming = useSignal(false);
  return (
    <>
      <button
        ref={button}
        type="button"
        class="icon-button small add-file"
        aria-label="Add a file"
        aria-haspopup="menu"
        aria-expanded={isMenuOpen.value}
        title="Add a file beside the program"
        onClick={() => (isMenuOpen.value = true)}
      >
        <Icon name="plus" />
      </button>
      <Menu
        open={isMenuOpen.value}
        onClose={() => (isMenuOpen.value = false)}
        label="Add a file"
        anchor={button.current}
        items={[
          { label: "New file…", icon: "file-plus", run: () => (isNaming.value = true) },
          { label: "Upload files…", icon: "upload", run: () => picker.current?.click() },
        ]}
      />
      <FileNameDialog
        open={isNaming.value}
        path={null}
        anchor={button.current}
        onName={(path) => {
          changes.put({ path, content: "", encoding: "utf8" }, null);
          // When the dialog has given the focus back.
          requestAnimationFrame(() => editor.focus());
        }}
        onClose={() => (isNaming.value = false)}
      />
      <FilePicker picker={picker} label="Upload files" />
    </>
  );
}

interface FilePickerProps {
  readonly picker: { readonly current: HTMLInputElement | null };
  readonly label: string;
  /** The path that what is chosen takes; without it each file keeps its own name. */
  readonly replacing?: string;
}

export function FilePicker({ picker, label, replacing }: FilePickerProps) {
  const changes = useFileChanges();
  return (
    <input
      ref={picker}
      type="file"
      hidden
      multiple={replacing === undefined}
      aria-label={label}
      onChange={(event) => {
        void changes.upload([...(event.currentTarget.files ?? [])], replacing);
        event.currentTarget.value = "";
      }}
    />
  );
}

const steps: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

function walk(event: KeyboardEvent): void {
  const step = steps[event.key];
  if (step === undefined || !(event.currentTarget instanceof HTMLElement)) return;
  const tabs = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("[role=tab]")];
  const at = tabs.findIndex((tab) => tab === document.activeElement);
  if (at < 0) return;
  const next = tabs[step(at, tabs.length)];
  next?.click();
  next?.focus();
  event.preventDefault();
}
