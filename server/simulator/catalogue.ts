/** The models that the simulator offers: well-known ids at plausible prices, every name saying that it is simulated. */
import { mediaPlans } from "./media-plans.ts";
import { chat, modelPlans, thinking, type ModelPlan } from "./model-plans.ts";
import type { Pricing } from "./prices.ts";
import { providers, type Provider } from "./providers.ts";
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

const note =
  "Simulated: an offline stand-in inside the IDE answers under this name. It is not the real model, its words are canned and its prices are only like the real ones.";

const scenarioPlans: readonly { readonly plan: ModelPlan; readonly scenario: Scenario }[] =
  scenarioModels.map(({ slug, title, shows, scenario }) => ({
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
  }));

/** Names that stand for a concrete model; the reply's `model` is the concrete one. */
export const aliases: Readonly<Record<string, string>> = {
  "~anthropic/claude-sonnet-latest": "anthropic/claude-sonnet-4.5",
  "~anthropic/claude-haiku-latest": "anthropic/claude-haiku-4.5",
  "~openai/gpt-latest": "openai/gpt-5.2",
  "~google/gemini-flash-latest": "google/gemini-2.5-flash",
  "~google/gemini-pro-latest": "google/gemini-2.5-pro",
};

export const catalogue: readonly Entry[] = [
  ...[...modelPlans, ...mediaPlans].map((plan) => toEntry(plan, null)),
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

function toEntry(plan: ModelPlan, scenario: Scenario | null): Entry {
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
