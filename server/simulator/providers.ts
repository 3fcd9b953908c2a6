/** The providers that simulated models run at, and which of them stop billing when a stream is cancelled. */

export interface Provider {
  readonly slug: string;
  /** As it stands in replies; says that nobody real answered. */
  readonly name: string;
  /** Whether closing a stream stops generation and billing (OpenRouter's documented list). */
  readonly cancels: boolean;
  /** ISO country. */
  readonly headquarters: string;
}

const provider = (slug: string, name: string, cancels: boolean, headquarters = "US"): Provider => ({
  slug,
  name: `${name} (simulated)`,
  cancels,
  headquarters,
});

export const providers = {
  alibaba: provider("alibaba", "Alibaba", false, "SG"),
  "amazon-bedrock": provider("amazon-bedrock", "Amazon Bedrock", false),
  anthropic: provider("anthropic", "Anthropic", true),
  azure: provider("azure", "Azure", true),
  cohere: provider("cohere", "Cohere", true, "CA"),
  deepinfra: provider("deepinfra", "DeepInfra", true),
  deepseek: provider("deepseek", "DeepSeek", true, "CN"),
  "google-ai-studio": provider("google-ai-studio", "Google AI Studio", false),
  "google-vertex": provider("google-vertex", "Google", false),
  groq: provider("groq", "Groq", false),
  mistral: provider("mistral", "Mistral", false, "FR"),
  openai: provider("openai", "OpenAI", true),
  simulator: { slug: "simulator", name: "Simulator", cancels: true, headquarters: "US" },
  together: provider("together", "Together", true),
  xai: provider("xai", "xAI", true),
} as const satisfies Record<string, Provider>;

export type ProviderSlug = keyof typeof providers;

/** Whether a routing slug of a request ("openai", "OpenAI", "deepinfra/turbo") means this provider. */
export const isMeant = (slug: string, provider: Provider): boolean =>
  slug.toLowerCase().split("/")[0] === provider.slug;
