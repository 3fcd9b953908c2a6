/** A Feather icon, drawn in the colour of the text beside it; the drawings come from the build, not from a request. */
import drawings from "virtual:feather-icons";
import type { IconName } from "./icon-names.ts";

interface IconProps {
  readonly name: IconName;
  /** 12, 16 (usual) or 20 px. */
  readonly size?: "small" | "large";
  /** Filled instead of outlined: play and stop. */
  readonly solid?: boolean;
  /** Read aloud instead of nothing: only for an icon that stands without words. */
  readonly label?: string;
}

export function Icon({ name, size, solid, label }: IconProps) {
  const classes = ["icon", size, solid === true ? "solid" : undefined].filter(Boolean).join(" ");
  const spoken =
    label === undefined ? { "aria-hidden": true } : { role: "img" as const, "aria-label": label };
  return (
    <svg
      class={classes}
      viewBox="0 0 24 24"
      {...spoken}
      // Our own build's text, made from the feather-icons package: nothing of a user's ever comes here.
      dangerouslySetInnerHTML={{ __html: drawings[name] }}
    />
  );
}
