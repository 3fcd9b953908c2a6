"""Streaming with urllib, line by line."""
import json
import os
import urllib.request

request = urllib.request.Request(
    "https://openrouter.ai/api/v1/chat/completions",
    data=json.dumps({
        "model": os.environ.get("OPENROUTER_MODEL", "openai/gpt-4o-mini"),
        "messages": [{"role": "user", "content": "Say “Grüße aus Köln, こんにちは 🌊”"}],
        "stream": True,
    }).encode(),
    headers={
        "Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}",
        "Content-Type": "application/json",
    },
)
with urllib.request.urlopen(request) as response:
    for raw in response:
        line = raw.decode().strip()
        if line.startswith("data: ") and line != "data: [DONE]":
            for choice in json.loads(line[6:])["choices"]:
                print(choice["delta"].get("content") or "", end="", flush=True)
print()
