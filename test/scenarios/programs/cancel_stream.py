"""A stream that is left after ten pieces: closing the connection stops the generation."""
import json
import os

import requests

pieces = []
response = requests.post(
    "https://openrouter.ai/api/v1/chat/completions",
    headers={"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"},
    json={
        "model": "openai/gpt-4o",
        "messages": [{"role": "user", "content": "Write a story of 500 words about whales"}],
        "stream": True,
    },
    stream=True,
)
for raw in response.iter_lines():
    if raw.startswith(b"data: {"):
        pieces.append(json.loads(raw[6:])["choices"][0]["delta"]["content"])
    if len(pieces) == 10:
        break
response.close()
print(len(pieces), "pieces were enough")
