"""A conversation over one requests session: the earlier messages are sent each time."""
import os

import requests

session = requests.Session()
session.headers["Authorization"] = f"Bearer {os.environ['OPENROUTER_API_KEY']}"
messages = []
for text in ["My name is Ada.", "What is my name?"]:
    messages.append({"role": "user", "content": text})
    response = session.post(
        "https://openrouter.ai/api/v1/chat/completions",
        json={"model": os.environ.get("OPENROUTER_MODEL", "openai/gpt-4o-mini"), "messages": messages},
        timeout=60,
    )
    response.raise_for_status()
    message = response.json()["choices"][0]["message"]
    messages.append(message)
    print(message["content"])
