/** What every managed environment has: the clients that programs for OpenRouter use, and what is hard to do without. */

export const basePackages: readonly string[] = [
  "aiohttp",
  "anthropic",
  "httpx",
  "numpy",
  "openai",
  "openrouter",
  "pydantic",
  "python-dotenv",
  "requests",
  "rich",
];
