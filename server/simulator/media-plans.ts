/** The simulated models that make or read pictures, films and sound: priced by the request, as far as the catalogue can tell. */
import type { ModelPlan } from "./model-plans.ts";

const plan = (
  id: string,
  name: string,
  about: string,
  created: string,
  request: string,
  output: "image" | "video" | "speech" | "transcription",
): ModelPlan => ({
  id,
  name,
  about,
  created,
  context: 32_000,
  output: null,
  pricing: { prompt: "0", completion: "0", request },
  providers: ["openai"],
  inputs: [output === "transcription" ? "audio" : "text"],
  outputs: [output],
  parameters: [],
});

export const mediaPlans: readonly ModelPlan[] = [
  plan("openai/gpt-image-1", "OpenAI: GPT Image 1", "Makes pictures.", "2025-04-23", "0.04", "image"),
  plan("openai/sora-2", "OpenAI: Sora 2", "Makes films.", "2025-10-06", "0.4", "video"),
  plan("openai/gpt-4o-mini-tts", "OpenAI: GPT-4o mini TTS", "Speaks.", "2025-03-20", "0.0006", "speech"),
  plan(
    "openai/whisper-1",
    "OpenAI: Whisper",
    "Writes down what was said.",
    "2023-03-01",
    "0.006",
    "transcription",
  ),
];
