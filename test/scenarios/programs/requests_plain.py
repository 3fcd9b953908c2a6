"""Chat completion with requests, as in OpenRouter's quickstart."""
import json
import os

import requests

response = requests.post(
    url="https://openrouter.ai/api/v1/chat/completions",
    headers={
        "Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}",
        "HTTP-Referer": "https://example.com",
        "X-OpenRouter-Title": "Quickstart",
    },
    data=json.dumps({
        "model": "openai/gpt-5.2",
        "messages": [
            {
                "role": "user",
                "content": "What is the meaning of life?"
            }
        ]
    })
)

print(response.status_code)
print(response.json()["choices"][0]["message"]["content"])
