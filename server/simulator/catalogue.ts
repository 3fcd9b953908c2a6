/** The models that the simulator offers: well-known ids at plausible prices, every name saying that it is simulated. */
import type { Pricing } from "./prices.ts";
import { providers, type Provider, type ProviderSlug } from "./providers.ts";
import { scenarioModels, type Scenario } from "./scenarios.ts";

/** A model as `GET /models` sends it. */
export interface WireModel {
  readonly id: string;
  readonly canonical_slug: string;
  readonly name: string;
  readonly created: number;
  readonly description: string;
  readonly context_length: number;
  readonly hugging_face_id: string | null;
  readonly knowledge_cutoff: string | null;
  readonly expiration_date: null;
  readonly architecture: {
    readonly modality: string;
    readonly input_modalities: readonly string[];
    readonly output_modalities: readonly string[];
    readonly tokenizer: string;
    readonly instruct_type: null;
  };
  readonly pricing: Pricing;
  readonly top_provider: {
    readonly context_length: number;
    readonly max_completion_tokens: number | null;
    readonly is_moderated: boolean;
  };
  readonly per_request_limits: null;
  readonly supported_parameters: readonly string[];
  readonly default_parameters: Readonly<Record<string, number | null>>;
  readonly supported_voices: null;
  readonly links: { readonly details: string };
  readonly reasoning?: {
    readonly mandatory: boolean;
    readonly supported_efforts: null;
    readonly default_effort: string;
    readonly default_enabled: boolean;
  };
}

export interface Entry {
  readonly wire: WireModel;
  /** First is the default; empty for routers, which answer through another model. */
  readonly providers: readonly Provider[];
  readonly scenario: Scenario | null;
}

interface Plan {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly created: string;
  readonly context: number;
  readonly output: number | null;
  readonly pricing: Pricing;
  readonly providers: readonly ProviderSlug[];
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly parameters?: readonly string[];
  readonly tokenizer?: string;
  readonly cutoff?: string;
  readonly huggingFace?: string;
  /** Present on models that think; `always` when it can't be turned off. */
  readonly thinks?: "when-asked" | "by-default" | "always";
}

const sampling = [
  "max_tokens",
  "temperature",
  "top_p",
  "stop",
  "seed",
  "frequency_penalty",
  "presence_penalty",
];
const chat = [
  ...sampling,
  "response_format",
  "structured_outputs",
  "tools",
  "tool_choice",
  "parallel_tool_calls",
];
const thinking = [...chat, "include_reasoning", "reasoning"];
const note =
  "Simulated: an offline stand-in inside the IDE answers under this name. It is not the real model, its words are canned and its prices are only like the real ones.";

const plans: readonly Plan[] = [
  {
    id: "openai/gpt-4o-mini",
    name: "OpenAI: GPT-4o-mini",
    about: "A small, cheap model for everyday work.",
    created: "2024-07-18",
    context: 128_000,
    output: 16_384,
    pricing: { prompt: "0.00000015", completion: "0.0000006", input_cache_read: "0.000000075" },
    providers: ["openai", "azure"],
    inputs: ["text", "image", "file"],
    parameters: [...chat, "logprobs", "top_logprobs"],
    tokenizer: "GPT",
    cutoff: "2023-10-31",
  },
  {
    id: "openai/gpt-4o",
    name: "OpenAI: GPT-4o",
    about: "A model for text and images.",
    created: "2024-05-13",
    context: 128_000,
    output: 16_384,
    pricing: { prompt: "0.0000025", completion: "0.00001", input_cache_read: "0.00000125" },
    providers: ["openai", "azure"],
    inputs: ["text", "image", "file"],
    parameters: [...chat, "logprobs", "top_logprobs"],
    tokenizer: "GPT",
    cutoff: "2023-10-31",
  },
  {
    id: "openai/gpt-4.1-mini",
    name: "OpenAI: GPT-4.1 Mini",
    about: "A mid-sized model with a very long context.",
    created: "2025-04-14",
    context: 1_047_576,
    output: 32_768,
    pricing: {
      prompt: "0.0000004",
      completion: "0.0000016",
      input_cache_read: "0.0000001",
      web_search: "0.01",
    },
    providers: ["openai", "azure"],
    inputs: ["text", "image", "file"],
    tokenizer: "GPT",
    cutoff: "2024-06-30",
  },
  {
    id: "openai/gpt-5.2",
    name: "OpenAI: GPT-5.2",
    about: "A large model that reasons when asked to.",
    created: "2025-12-10",
    context: 400_000,
    output: 128_000,
    pricing: {
      prompt: "0.00000175",
      completion: "0.000014",
      input_cache_read: "0.000000175",
      web_search: "0.01",
    },
    providers: ["openai", "azure"],
    inputs: ["text", "image", "file"],
    parameters: thinking,
    tokenizer: "GPT",
    cutoff: "2025-08-31",
    thinks: "when-asked",
  },
  {
    id: "openai/gpt-oss-20b:free",
    name: "OpenAI: gpt-oss-20b (free)",
    about: "An open-weight model on free endpoints.",
    created: "2025-08-05",
    context: 131_072,
    output: 32_768,
    pricing: { prompt: "0", completion: "0" },
    providers: ["deepinfra"],
    parameters: thinking,
    tokenizer: "GPT",
    huggingFace: "openai/gpt-oss-20b",
    thinks: "when-asked",
  },
  {
    id: "anthropic/claude-sonnet-4.5",
    name: "Anthropic: Claude Sonnet 4.5",
    about: "A model for code and agents.",
    created: "2025-09-29",
    context: 1_000_000,
    output: 64_000,
    pricing: {
      prompt: "0.000003",
      completion: "0.000015",
      input_cache_read: "0.0000003",
      input_cache_write: "0.00000375",
      overrides: [{ min_prompt_tokens: 200_000, prompt: "0.000006", completion: "0.0000225" }],
    },
    providers: ["anthropic", "amazon-bedrock"],
    inputs: ["text", "image", "file"],
    parameters: thinking,
    tokenizer: "Claude",
    cutoff: "2025-07-31",
    thinks: "when-asked",
  },
  {
    id: "anthropic/claude-haiku-4.5",
    name: "Anthropic: Claude Haiku 4.5",
    about: "A fast small model.",
    created: "2025-10-15",
    context: 200_000,
    output: 64_000,
    pricing: {
      prompt: "0.000001",
      completion: "0.000005",
      input_cache_read: "0.0000001",
      input_cache_write: "0.00000125",
    },
    providers: ["anthropic", "amazon-bedrock"],
    inputs: ["text", "image"],
    parameters: thinking,
    tokenizer: "Claude",
    cutoff: "2025-02-28",
    thinks: "when-asked",
  },
  {
    id: "google/gemini-2.5-flash",
    name: "Google: Gemini 2.5 Flash",
    about: "A fast model for text, images, sound and video.",
    created: "2025-06-17",
    context: 1_048_576,
    output: 65_535,
    pricing: { prompt: "0.0000003", completion: "0.0000025", input_cache_read: "0.00000003" },
    providers: ["google-vertex", "google-ai-studio"],
    inputs: ["text", "image", "file", "audio", "video"],
    parameters: thinking,
    tokenizer: "Gemini",
    cutoff: "2025-01-31",
    thinks: "when-asked",
  },
  {
    id: "google/gemini-2.5-pro",
    name: "Google: Gemini 2.5 Pro",
    about: "A large model that always reasons.",
    created: "2025-06-17",
    context: 1_048_576,
    output: 65_536,
    pricing: {
      prompt: "0.00000125",
      completion: "0.00001",
      input_cache_read: "0.000000125",
      overrides: [{ min_prompt_tokens: 200_000, prompt: "0.0000025", completion: "0.000015" }],
    },
    providers: ["google-vertex", "google-ai-studio"],
    inputs: ["text", "image", "file", "audio", "video"],
    parameters: thinking,
    tokenizer: "Gemini",
    cutoff: "2025-01-31",
    thinks: "always",
  },
  {
    id: "deepseek/deepseek-r1",
    name: "DeepSeek: R1",
    about: "An open-weight model that shows its reasoning.",
    created: "2025-01-20",
    context: 163_840,
    output: 163_840,
    pricing: { prompt: "0.0000007", completion: "0.0000025" },
    providers: ["deepseek", "together"],
    parameters: [...sampling, "include_reasoning", "reasoning"],
    tokenizer: "DeepSeek",
    huggingFace: "deepseek-ai/DeepSeek-R1",
    thinks: "by-default",
  },
  {
    id: "deepseek/deepseek-chat-v3.1",
    name: "DeepSeek: DeepSeek V3.1",
    about: "An open-weight model at a low price.",
    created: "2025-08-21",
    context: 163_840,
    output: 163_840,
    pricing: { prompt: "0.0000002", completion: "0.0000008" },
    providers: ["deepseek", "deepinfra"],
    tokenizer: "DeepSeek",
    huggingFace: "deepseek-ai/DeepSeek-V3.1",
  },
  {
    id: "meta-llama/llama-3.3-70b-instruct",
    name: "Meta: Llama 3.3 70B Instruct",
    about: "An open-weight model of middle size.",
    created: "2024-12-06",
    context: 131_072,
    output: 16_384,
    pricing: { prompt: "0.00000013", completion: "0.00000039" },
    providers: ["deepinfra", "together", "groq"],
    tokenizer: "Llama3",
    huggingFace: "meta-llama/Llama-3.3-70B-Instruct",
    cutoff: "2023-12-31",
  },
  {
    id: "meta-llama/llama-3.3-70b-instruct:free",
    name: "Meta: Llama 3.3 70B Instruct (free)",
    about: "The same on free endpoints, with low limits.",
    created: "2024-12-06",
    context: 131_072,
    output: 16_384,
    pricing: { prompt: "0", completion: "0" },
    providers: ["together"],
    tokenizer: "Llama3",
    huggingFace: "meta-llama/Llama-3.3-70B-Instruct",
    cutoff: "2023-12-31",
  },
  {
    id: "mistralai/mistral-small-3.2-24b-instruct",
    name: "Mistral: Mistral Small 3.2 24B",
    about: "A small open-weight model.",
    created: "2025-06-20",
    context: 131_072,
    output: 131_072,
    pricing: { prompt: "0.00000006", completion: "0.00000018" },
    providers: ["mistral", "deepinfra"],
    inputs: ["text", "image"],
    tokenizer: "Mistral",
    huggingFace: "mistralai/Mistral-Small-3.2-24B-Instruct-2506",
  },
  {
    id: "qwen/qwen3-32b",
    name: "Qwen: Qwen3 32B",
    about: "An open-weight model that reasons when asked to.",
    created: "2025-04-28",
    context: 40_960,
    output: 40_960,
    pricing: { prompt: "0.00000008", completion: "0.00000024" },
    providers: ["deepinfra", "alibaba"],
    parameters: thinking,
    tokenizer: "Qwen3",
    huggingFace: "Qwen/Qwen3-32B",
    thinks: "when-asked",
  },
  {
    id: "x-ai/grok-4-fast",
    name: "xAI: Grok 4 Fast",
    about: "A fast model with a very long context.",
    created: "2025-09-19",
    context: 2_000_000,
    output: 30_000,
    pricing: { prompt: "0.0000002", completion: "0.0000005", input_cache_read: "0.00000005" },
    providers: ["xai"],
    inputs: ["text", "image"],
    parameters: thinking,
    tokenizer: "Grok",
    thinks: "when-asked",
  },
  {
    id: "mancer/weaver",
    name: "Mancer: Weaver (small context)",
    about: "A small model with a short context and without tools: good for meeting those limits.",
    created: "2023-08-02",
    context: 8_000,
    output: 2_000,
    pricing: { prompt: "0.00000075", completion: "0.000001" },
    providers: ["simulator"],
    parameters: sampling,
    tokenizer: "Llama2",
  },
  {
    id: "openai/text-embedding-3-small",
    name: "OpenAI: Text Embedding 3 Small",
    about: "Turns text into vectors of 1,536 numbers.",
    created: "2024-01-25",
    context: 8_192,
    output: null,
    pricing: { prompt: "0.00000002", completion: "0" },
    providers: ["openai", "azure"],
    outputs: ["embeddings"],
    parameters: [],
    tokenizer: "GPT",
  },
  {
    id: "openai/text-embedding-3-large",
    name: "OpenAI: Text Embedding 3 Large",
    about: "Turns text into vectors of 3,072 numbers.",
    created: "2024-01-25",
    context: 8_192,
    output: null,
    pricing: { prompt: "0.00000013", completion: "0" },
    providers: ["openai"],
    outputs: ["embeddings"],
    parameters: [],
    tokenizer: "GPT",
  },
  {
    id: "cohere/rerank-v3.5",
    name: "Cohere: Rerank v3.5",
    about: "Orders documents by how well they fit a query.",
    created: "2024-12-02",
    context: 4_096,
    output: null,
    pricing: { prompt: "0", completion: "0", request: "0.001" },
    providers: ["cohere"],
    outputs: ["rerank"],
    parameters: [],
    tokenizer: "Cohere",
  },
  {
    id: "openrouter/auto",
    name: "Auto Router",
    about: "Chooses one of the other models by the prompt; billed at that model's price.",
    created: "2023-11-08",
    context: 2_000_000,
    output: null,
    pricing: { prompt: "-1", completion: "-1" },
    providers: [],
    parameters: thinking,
    tokenizer: "Router",
  },
  {
    id: "openrouter/free",
    name: "Free Models Router",
    about: "Chooses a free model.",
    created: "2026-02-01",
    context: 131_072,
    output: null,
    pricing: { prompt: "0", completion: "0" },
    providers: [],
    parameters: chat,
    tokenizer: "Router",
  },
];

const scenarioPlans: readonly { readonly plan: Plan; readonly scenario: Scenario }[] = scenarioModels.map(
  ({ slug, title, shows, scenario }) => ({
    scenario,
    plan: {
      id: `simulator/${slug}`,
      name: `Simulator: ${title}`,
      about: `Shows ${shows}.`,
      created: "2026-01-01",
      context: 128_000,
      output: 16_384,
      pricing: {
        prompt: "0.000001",
        completion: "0.000002",
        input_cache_read: "0.0000001",
        input_cache_write: "0.00000125",
      },
      providers: ["simulator"],
      parameters: thinking,
      tokenizer: "Other",
      thinks: "when-asked",
      ...(slug === "image" ? { outputs: ["text", "image"] } : {}),
    },
  }),
);

/** Names that stand for a concrete model; the reply's `model` is the concrete one. */
export const aliases: Readonly<Record<string, string>> = {
  "~anthropic/claude-sonnet-latest": "anthropic/claude-sonnet-4.5",
  "~anthropic/claude-haiku-latest": "anthropic/claude-haiku-4.5",
  "~openai/gpt-latest": "openai/gpt-5.2",
  "~google/gemini-flash-latest": "google/gemini-2.5-flash",
  "~google/gemini-pro-latest": "google/gemini-2.5-pro",
};

export const catalogue: readonly Entry[] = [
  ...plans.map((plan) => toEntry(plan, null)),
  ...scenarioPlans.map(({ plan, scenario }) => toEntry(plan, scenario)),
];

const byId = new Map<string, Entry>();
for (const entry of catalogue) {
  byId.set(entry.wire.id, entry);
  if (!byId.has(entry.wire.canonical_slug)) byId.set(entry.wire.canonical_slug, entry);
}

/** Suffixes that change routing but not the model; ":free" names a listing of its own. */
const routingSuffix = /:(?:nitro|floor|exacto|extended|thinking|online|batch)$/;

/** The model that an id of a request means, or null. Takes aliases, dated slugs and routing suffixes. */
export function findModel(id: string): Entry | null {
  const base = id.replace(routingSuffix, "").replace(/@preset\/.*$/, "");
  return byId.get(aliases[base] ?? base) ?? null;
}

function toEntry(plan: Plan, scenario: Scenario | null): Entry {
  const inputs = plan.inputs ?? ["text"];
  const outputs = plan.outputs ?? ["text"];
  const [base, variant] = plan.id.split(":");
  const dated =
    scenario || plan.providers.length === 0 ? plan.id : `${base}-${plan.created.replaceAll("-", "")}`;
  return {
    scenario,
    providers: plan.providers.map((slug) => providers[slug]),
    wire: {
      id: plan.id,
      canonical_slug: variant === undefined ? dated : `${dated}:${variant}`,
      name: `${plan.name} (simulated)`,
      created: Date.parse(`${plan.created}T00:00:00Z`) / 1000,
      description: `${plan.about} ${note}`,
      context_length: plan.context,
      hugging_face_id: plan.huggingFace ?? null,
      knowledge_cutoff: plan.cutoff ?? null,
      expiration_date: null,
      architecture: {
        modality: `${inputs.join("+")}->${outputs.join("+")}`,
        input_modalities: inputs,
        output_modalities: outputs,
        tokenizer: plan.tokenizer ?? "Other",
        instruct_type: null,
      },
      pricing: plan.pricing,
      top_provider: {
        context_length: plan.context,
        max_completion_tokens: plan.output,
        is_moderated: plan.providers[0] === "openai",
      },
      per_request_limits: null,
      supported_parameters: plan.parameters ?? chat,
      default_parameters: {},
      supported_voices: null,
      links: { details: `/api/v1/models/${plan.id}/endpoints` },
      ...(plan.thinks
        ? {
            reasoning: {
              mandatory: plan.thinks === "always",
              supported_efforts: null,
              default_effort: "medium",
              default_enabled: plan.thinks !== "when-asked",
            },
          }
        : {}),
    },
  };
}
