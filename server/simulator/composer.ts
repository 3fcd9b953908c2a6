/** Decides what is answered: reasoning, text, tool calls, how it ends. Pure, so that equal requests get equal answers. */
import { questionOf, toolResultsOf, type Ask, type Tool } from "./ask.ts";
import { answer } from "./answers/answer.ts";
import { toQuestion, topicWords } from "./answers/question.ts";
import { valueFor, type Words } from "./answers/schema-values.ts";
import { drawAlphanumeric } from "./chance.ts";
import type { Oddity } from "./scenarios.ts";
import type { Route } from "./routing.ts";
import { countTokens, tokenPieces } from "./tokens.ts";

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

export interface Composition {
  /** Pieces as they are streamed; joined they are the text. */
  readonly reasoning: readonly string[];
  readonly reasoningForm: "text" | "summary" | "encrypted";
  readonly content: readonly string[];
  readonly toolCalls: readonly ToolCall[];
  readonly refusal: string | null;
  readonly finish: "stop" | "length" | "tool_calls" | "content_filter" | "error";
  readonly citations: readonly {
    readonly url: string;
    readonly title: string;
    readonly start: number;
    readonly end: number;
  }[];
  /** Data URLs. */
  readonly images: readonly string[];
}

/** Tokens of a tool call beyond its name and arguments. */
const toolCallFrame = 6;

/** Base64 of a PNG of one pixel. */
export const onePixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

export function compose(ask: Ask, route: Route): Composition {
  const oddity = route.entry.scenario?.kind === "say" ? route.entry.scenario.what : null;
  const reasoning = reasons(ask, route, oddity) ? tokenPieces(reasoningText(ask)) : [];
  const toolCalls = chooseTools(ask, oddity).map((tool, index) => callTool(tool, ask, index, oddity));
  const refusal = oddity === "refusal" ? "I'm sorry, but I can't help with that. (simulated refusal)" : null;
  const whole = toolCalls.length > 0 || refusal !== null ? "" : contentText(ask, route, oddity);
  const stopped = cutAtStop(whole, ask.stop);
  const pieces = tokenPieces(stopped);
  const room = ask.maxTokens ?? Infinity;
  const shownReasoning = reasoning.slice(0, room);
  const content = pieces.slice(0, Math.max(0, room - shownReasoning.length));
  const cut = shownReasoning.length < reasoning.length || content.length < pieces.length;
  return {
    reasoning: shownReasoning,
    reasoningForm:
      oddity === "reasoning-summary" ? "summary" : oddity === "reasoning-encrypted" ? "encrypted" : "text",
    content,
    toolCalls: cut ? [] : toolCalls,
    refusal,
    finish: cut ? "length" : finishOf(toolCalls, refusal, oddity),
    citations: oddity === "citations" || ask.searches ? citationsFor(content.join("")) : [],
    images: oddity === "image" && !cut ? [`data:image/png;base64,${onePixel}`] : [],
  };
}

/** Completion tokens, reasoning included. */
export const completionTokens = (composition: Composition): number =>
  composition.reasoning.length +
  composition.content.length +
  composition.toolCalls.reduce((sum, call) => sum + toolCallTokens(call), 0) +
  countTokens(composition.refusal ?? "");

export const toolCallTokens = (call: ToolCall): number =>
  toolCallFrame + countTokens(call.name) + countTokens(call.arguments);

function finishOf(
  calls: readonly ToolCall[],
  refusal: string | null,
  oddity: Oddity | null,
): Composition["finish"] {
  if (oddity === "choice-error") return "error";
  if (refusal !== null) return "content_filter";
  return calls.length > 0 ? "tool_calls" : "stop";
}

function reasons(ask: Ask, route: Route, oddity: Oddity | null): boolean {
  if (oddity === "reasoning-summary" || oddity === "reasoning-encrypted") return true;
  const ability = route.entry.wire.reasoning;
  if (!ability) return false;
  if (ability.mandatory) return true;
  return ask.reasoning.wanted ?? (ability.default_enabled || route.requested.endsWith(":thinking"));
}

function reasoningText(ask: Ask): string {
  const topic = topicWords(questionOf(ask).slice(0, 2_000));
  const about = topic.length === 0 ? "a message with few words" : topic.join(", ");
  return `(simulated reasoning) The user asks about ${about}. I look for a skill that fits, keep to the form that was asked for, and say plainly that I am a stand-in.`;
}

function chooseTools(ask: Ask, oddity: Oddity | null): readonly Tool[] {
  if (ask.tools.length === 0 || ask.toolChoice === "none") return [];
  if (typeof ask.toolChoice === "object") {
    const { name } = ask.toolChoice;
    return ask.tools.filter((tool) => tool.name === name).slice(0, 1);
  }
  // Without this the usual loop "call, run the tool, ask again" would never end.
  if (ask.toolChoice === "auto" && toolResultsOf(ask).length > 0) return [];
  return oddity === "tools-parallel" ? ask.tools : ask.tools.slice(0, 1);
}

function callTool(tool: Tool, ask: Ask, index: number, oddity: Oddity | null): ToolCall {
  const made = JSON.stringify(valueFor(tool.schema, wordsOf(ask)));
  return {
    id: `call_${drawAlphanumeric(24, `${index} ${tool.name} ${made} ${ask.turns.length}`)}`,
    name: tool.name,
    arguments: oddity === "tools-invalid" ? made.slice(0, -1) : made,
  };
}

function wordsOf(ask: Ask): Words {
  const text = toQuestion(ask, "").text;
  return { text, topic: topicWords(text) };
}

function contentText(ask: Ask, route: Route, oddity: Oddity | null): string {
  const special = oddText(oddity);
  if (special !== null) return special;
  if (ask.format.kind !== "text") {
    const text = JSON.stringify(structured(ask), null, ask.format.kind === "json" ? 2 : 0);
    return oddity === "json-invalid" && !ask.heals ? text.slice(0, -1) : text;
  }
  const results = toolResultsOf(ask);
  if (results.length > 0) {
    const told = results.map((result) => result.slice(0, 500)).join("\n");
    return `(simulated answer) The tool returned: ${told}${results.some((result) => result.length > 500) ? " …" : ""}`;
  }
  return answer(toQuestion(ask, route.entry.wire.id));
}

function oddText(oddity: Oddity | null): string | null {
  if (oddity === "empty") return "";
  if (oddity === "unicode")
    return "(simulated answer) Grüße, žluťoučký kůň, こんにちは世界, Здравствуй, नमस्ते, مرحبا, שלום, é (combining), 👩‍👩‍👧‍👦 🇪🇺 👍🏽, 𝒳 ∑ √2 ≈ 1.414.";
  if (oddity === "long")
    return `(simulated answer) ${Array.from({ length: 160 }, (_, line) => `Line ${line + 1} of a long answer that goes on to show scrolling.`).join("\n")}`;
  return null;
}

/** An object for `json_object` and `json_schema`; the former tells its own shape. */
function structured(ask: Ask): unknown {
  if (ask.format.kind === "schema") return valueFor(ask.format.schema, wordsOf(ask));
  const { text, topic } = wordsOf(ask);
  const keys =
    /\b(?:keys?|fields?|propert(?:y|ies))\b\s*:?\s*((?:[`"']?\w+[`"']?(?:\s*,\s*and\s+|\s*,\s*|\s+and\s+)?){1,12})/i.exec(
      text,
    )?.[1];
  const names = (keys?.match(/\w+/g) ?? []).filter((name) => name !== "and");
  if (names.length > 0) {
    const properties = Object.fromEntries(
      names.map((name) => [
        name,
        { type: /age|count|year|number|price|score/i.test(name) ? "integer" : "string" },
      ]),
    );
    return valueFor({ type: "object", properties }, { text, topic });
  }
  return { simulated: true, topic, answer: answer(toQuestion({ ...ask, format: { kind: "text" } }, "")) };
}

/** The text up to the first stop sequence in it. */
function cutAtStop(text: string, stop: readonly string[]): string {
  const places = stop.map((sequence) => text.indexOf(sequence)).filter((place) => place >= 0);
  return places.length === 0 ? text : text.slice(0, Math.min(...places));
}

const citationsFor = (text: string): Composition["citations"] => [
  {
    url: "https://example.com/simulated-source",
    title: "A simulated source",
    start: 0,
    end: Math.min(20, text.length),
  },
];
