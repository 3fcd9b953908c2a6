"""Model fallbacks: when the first can't answer the next does, and `model` tells which."""
import os

import requests

response = requests.post(
    "https://openrouter.ai/api/v1/chat/completions",
    headers={
        "Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}",
        "X-OpenRouter-Metadata": "enabled",
    },
    json={
        "models": ["simulator/error-503", "anthropic/claude-haiku-4.5", "openai/gpt-4o-mini"],
        "messages": [{"role": "user", "content": "Say ok"}],
    },
)
data = response.json()
print(data["model"], data["openrouter_metadata"]["strategy"], data["choices"][0]["message"]["content"])
