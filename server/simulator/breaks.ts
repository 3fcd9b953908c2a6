/** Spoils a stream in the ways that the real API has been seen to fail after its HTTP 200. */
import type { Completion } from "./completion.ts";
import { chatFrames, chunk, finishChunk, providerFailed } from "./chat-wire.ts";
import { chatError } from "./errors.ts";
import type { Break } from "./scenarios.ts";
import { dataFrame, doneFrame, type Ending, type Frame } from "./stream.ts";
import { chatUsage } from "./usage.ts";

export interface Broken {
  readonly frames: readonly Frame[];
  readonly ending: Ending;
  /** Documented: an answer that ends in an error is not charged. */
  readonly free: boolean;
}

/** The first half of a stream's events, and what comes instead of the rest. `errorFrame` is the shape's own error event. */
export function breakStream(frames: readonly Frame[], how: Break, errorFrame: Frame): Broken {
  const half = frames.slice(0, Math.max(1, Math.floor(frames.length / 2)));
  if (how === "ends-early") return { frames: half, ending: "whole", free: false };
  if (how === "reset" || how === "stall") return { frames: half, ending: how, free: false };
  if (how === "no-done")
    return { frames: frames.filter((frame) => frame !== doneFrame), ending: "whole", free: false };
  return {
    frames: how === "error-first" ? [errorFrame] : [...half, errorFrame],
    ending: "whole",
    free: true,
  };
}

/** The same for chat, whose error events come in several forms. */
export function breakChatStream(completion: Completion, how: Break): Broken {
  const frames = chatFrames(completion, "repeated-finish");
  const broken = breakStream(frames, how, dataFrame(errorChunk(completion, how), 0));
  if (how === "error-after-length") {
    const half = broken.frames.slice(0, -1);
    const length = dataFrame(
      finishChunk(completion, { finish_reason: "length", native_finish_reason: "length" }),
      0,
    );
    return { ...broken, frames: [...half, length, dataFrame(errorChunk(completion, how), 0), doneFrame] };
  }
  return broken;
}

function errorChunk(completion: Completion, how: Break): Record<string, unknown> {
  const failed = (error: unknown, choices: readonly unknown[]): Record<string, unknown> =>
    chunk(completion, choices, { error });
  const errorChoice = {
    index: 0,
    delta: { content: "", role: "assistant" },
    finish_reason: "error",
    native_finish_reason: "error",
  };
  const openChoice = { ...errorChoice, finish_reason: null, native_finish_reason: null };
  const forms: Partial<Record<Break, () => Record<string, unknown>>> = {
    "error-code-is-text": () =>
      failed({ code: "server_error", message: providerFailed.message }, [errorChoice]),
    "error-without-choices": () => failed(chatError(providerFailed), []),
    "error-after-length": () => ({
      ...failed({ code: 400, message: "Token limit reached" }, [openChoice]),
      usage: chatUsage({ ...completion.spent, charged: 0n }),
    }),
    "network-error": () =>
      finishChunk(completion, { finish_reason: "stop", native_finish_reason: "network_error" }),
  };
  return forms[how]?.() ?? failed(chatError(providerFailed), [errorChoice]);
}
