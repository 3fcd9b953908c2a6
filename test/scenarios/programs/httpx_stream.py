"""Streaming with httpx."""
import json
import os

import httpx

with httpx.stream(
    "POST",
    "https://openrouter.ai/api/v1/chat/completions",
    headers={"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"},
    json={
        "model": "google/gemini-2.5-flash",
        "messages": [{"role": "user", "content": "Count from 1 to 12"}],
        "stream": True,
    },
    timeout=None,
) as response:
    for line in response.iter_lines():
        line = line.strip()
        if not line.startswith("data: "):
            continue
        data = line[len("data: "):]
        if data == "[DONE]":
            break
        chunk = json.loads(data)
        print(chunk["choices"][0]["delta"]["content"], end="", flush=True)
        usage = chunk.get("usage")
print()
print("tokens:", usage["total_tokens"])
