"""A streamed JSON object, put together and read at the end."""
import json
import os

import httpx

payload = {
    "model": "openai/gpt-4o-mini",
    "messages": [{"role": "user", "content": "Describe a cat as JSON with keys name, colour and age"}],
    "response_format": {"type": "json_object"},
    "stream": True,
}
headers = {"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"}
text = ""
with httpx.stream(
    "POST", "https://openrouter.ai/api/v1/chat/completions", headers=headers, json=payload, timeout=None
) as response:
    for line in response.iter_lines():
        line = line.strip()
        if line.startswith("data: ") and line != "data: [DONE]":
            text += json.loads(line[6:])["choices"][0]["delta"]["content"] or ""
print(sorted(json.loads(text)))
