/** What a program finds in its environment: OpenRouter under every name that a client looks for, with keys that are worthless. */
import { randomBytes } from "node:crypto";

/** A key of the right shape that no account has: the gateway puts the real one in its place, outside the sandbox. */
export const placeholderKey = (): string => `sk-or-v1-${randomBytes(32).toString("hex")}`;

/** The names are those that openai, anthropic, openrouter, LangChain and LiteLLM read (reference/openrouter-api.md, 8.2). */
export function runEnvironment(key: string, model: string | null): Readonly<Record<string, string>> {
  const base = "https://openrouter.ai/api/v1";
  return {
    OPENROUTER_API_KEY: key,
    OPENAI_API_KEY: key,
    ANTHROPIC_API_KEY: key,
    ANTHROPIC_AUTH_TOKEN: key,
    OPENROUTER_BASE_URL: base,
    OPENROUTER_API_BASE: base,
    OPENAI_BASE_URL: base,
    OPENAI_API_BASE: base,
    ANTHROPIC_BASE_URL: "https://openrouter.ai/api",
    ...(model === null ? {} : { OPENROUTER_MODEL: model }),
  };
}
