"""Eight completions at once in threads."""
import os
from concurrent.futures import ThreadPoolExecutor

import requests


def square(n):
    response = requests.post(
        "https://openrouter.ai/api/v1/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"},
        json={
            "model": "openai/gpt-4o-mini",
            "messages": [{"role": "user", "content": f"What is {n} * {n}? Reply with only the number."}],
        },
        timeout=60,
    )
    response.raise_for_status()
    return response.json()["choices"][0]["message"]["content"]


with ThreadPoolExecutor(max_workers=8) as pool:
    print(" ".join(pool.map(square, range(2, 10))))
