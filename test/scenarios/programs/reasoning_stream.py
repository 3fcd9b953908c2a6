"""Reasoning and answer told apart while they stream."""
import json
import os

import requests

reasoning, answer = "", ""
with requests.post(
    "https://openrouter.ai/api/v1/chat/completions",
    headers={"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"},
    json={
        "model": "deepseek/deepseek-r1",
        "messages": [{"role": "user", "content": "What is 2 + 2?"}],
        "reasoning": {"effort": "high"},
        "stream": True,
    },
    stream=True,
) as response:
    for raw in response.iter_lines():
        line = raw.decode("utf-8")
        if not line.startswith("data: ") or line == "data: [DONE]":
            continue
        delta = json.loads(line[6:])["choices"][0]["delta"]
        reasoning += delta.get("reasoning") or ""
        answer += delta.get("content") or ""
print("reasoned:", len(reasoning) > 20)
print(answer)
