"""Error handling as the guide advises: read the envelope, wait as told, try again, then another model."""
import os
import time

import requests

models = ["simulator/error-429", "openai/gpt-4o-mini"]


def complete(model, prompt, attempts=2):
    for attempt in range(attempts):
        response = requests.post(
            "https://openrouter.ai/api/v1/chat/completions",
            headers={"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"},
            json={"model": model, "messages": [{"role": "user", "content": prompt}]},
            timeout=60,
        )
        if response.ok:
            return response.json()["choices"][0]["message"]["content"]
        error = response.json()["error"]
        print(error["code"], error["message"], error["metadata"]["error_type"])
        if error["code"] not in (408, 429, 502, 503):
            break
        wait = int(response.headers.get("Retry-After", "1"))
        print("told to wait", wait, "s")
        time.sleep(min(wait, 0.2))
    return None


for model in models:
    answer = complete(model, "Say ok")
    if answer is not None:
        print(model, "answered:", answer)
        break
