/** The columns of the list: what each is called, how wide it may be, and which make room for the others. Pure. */
import type { SortId } from "./call-order.ts";

export type ColumnId = SortId | "time";

export interface Column {
  readonly id: ColumnId;
  /** In the head. */
  readonly label: string;
  /** In the menu of columns, and as the head's title. */
  readonly says: string;
  /** Right-aligned. */
  readonly figure: boolean;
  /** Pixels. */
  readonly least: number;
  readonly usual: number;
  /** Of the columns that are too many, the one with the highest rank goes first; 0 stays. */
  readonly rank: number;
  /** Shown unless it is hidden by hand; others are shown only when they are wanted. */
  readonly usually: boolean;
}

const column = (
  id: ColumnId,
  label: string,
  says: string,
  [least, usual]: readonly [number, number],
  rank: number,
  more: { readonly figure?: boolean; readonly usually?: boolean } = {},
): Column => ({
  id,
  label,
  says,
  least,
  usual,
  rank,
  figure: more.figure ?? true,
  usually: more.usually ?? true,
});

const words = { figure: false };
const wanted = { usually: false };

/** In the order in which they stand. */
export const columns: readonly Column[] = [
  column("number", "#", "Number of the call", [28, 44], 0),
  column("line", "Line", "Line that sent it", [36, 64], 1),
  column("model", "Model", "Model", [120, 200], 0, words),
  column("provider", "Provider", "Provider", [60, 100], 6, { ...words, ...wanted }),
  column("status", "Status", "Status", [76, 88], 0, words),
  column("in", "In", "Prompt tokens", [40, 52], 3),
  column("out", "Out", "Completion tokens", [40, 52], 2),
  column("cost", "Cost", "Cost", [76, 88], 0),
  column("first", "1st token", "Time to the first token", [60, 76], 4),
  column("duration", "Duration", "Duration", [60, 76], 0),
  column("speed", "Speed", "Tokens per second while it streamed", [60, 76], 7, wanted),
  column("finish", "Finish", "Why the answer ended", [60, 84], 8, { ...words, ...wanted }),
  column("size", "Size", "Size of the reply", [60, 72], 9, wanted),
  column("time", "Timeline", "Timeline", [136, 240], 0, words),
];

/** What was chosen by hand; a column that is not named here is as it usually is. */
export interface ColumnChoices {
  readonly shown: Readonly<Partial<Record<ColumnId, boolean>>>;
  readonly widths: Readonly<Partial<Record<ColumnId, number>>>;
}

export const noChoices: ColumnChoices = { shown: {}, widths: {} };

export function isWanted({ id, usually }: Column, { shown }: ColumnChoices): boolean {
  return shown[id] ?? usually;
}

export interface ColumnLayout {
  readonly columns: readonly Column[];
  /** Pixels, in the order of `columns`; together they fill the width. */
  readonly widths: readonly number[];
  /** For `grid-template-columns`. */
  readonly template: string;
}

const mostWidth = 800;
/** The model grows up to this by itself. */
const roomyModel = 320;
/** What is more than this on the timeline is shared with the model. */
const roomyTime = 320;

/**
 * The columns that fit into `width` px. The model shrinks first, then columns go by their rank; what is left over is the
 * timeline's, or the model's when there is no timeline.
 */
export function layoutColumns(width: number, choices: ColumnChoices): ColumnLayout {
  let shown = columns.filter((column) => isWanted(column, choices));
  const leastOf = (column: Column): number =>
    column.id === "model" || column.id === "time" ? column.least : widthOf(column, choices);
  const least = (): number => shown.reduce((sum, column) => sum + leastOf(column), 0);
  while (least() > width) {
    const dropped = shown.reduce((worst, column) => (column.rank > worst.rank ? column : worst));
    if (dropped.rank === 0) break;
    shown = shown.filter((column) => column !== dropped);
  }
  const free = Math.max(0, width - least());
  const hasTime = shown.some(({ id }) => id === "time");
  const model = columns.find(({ id }) => id === "model") as Column;
  const modelWish = widthOf(model, choices) - model.least;
  const spare = Math.max(0, free - modelWish - roomyTime);
  const grown = Math.min(spare / 3, roomyModel - model.usual);
  // Half of what is free at most unless it was drawn wider, so that the timeline is not what pays for long names.
  const own = choices.widths.model === undefined ? Math.min(modelWish + grown, free / 2) : modelWish;
  const modelMore = hasTime ? Math.min(own, free) : free;
  const widths = shown.map((column) => {
    if (column.id === "model") return Math.floor(column.least + modelMore);
    if (column.id === "time") return Math.floor(column.least + free - modelMore);
    return widthOf(column, choices);
  });
  return { columns: shown, widths, template: widths.map((px) => `${px}px`).join(" ") };
}

function widthOf(column: Column, { widths }: ColumnChoices): number {
  return clampWidth(column, widths[column.id] ?? column.usual);
}

/** A width as it may be. */
export function clampWidth({ least }: Column, px: number): number {
  return Math.round(Math.min(Math.max(px, least), mostWidth));
}

/** As the browser remembers it: "line=no provider=yes model:240". */
export function writeChoices({ shown, widths }: ColumnChoices): string {
  const parts = [
    ...Object.entries(shown).map(([id, isShown]) => `${id}=${isShown ? "yes" : "no"}`),
    ...Object.entries(widths).map(([id, px]) => `${id}:${px}`),
  ];
  return parts.join(" ");
}

/** What is not understood is left out: another version may have written it. */
export function readChoices(text: string): ColumnChoices {
  const shown: Partial<Record<ColumnId, boolean>> = {};
  const widths: Partial<Record<ColumnId, number>> = {};
  for (const part of text.split(" ")) {
    const [, id = "", sign, value = ""] = /^([a-z]+)([=:])(yes|no|\d{1,4})$/.exec(part) ?? [];
    const column = columns.find((column) => column.id === id);
    if (column === undefined) continue;
    if (sign === "=" && !/\d/.test(value)) shown[column.id] = value === "yes";
    if (sign === ":" && /\d/.test(value)) widths[column.id] = clampWidth(column, Number(value));
  }
  return { shown, widths };
}
