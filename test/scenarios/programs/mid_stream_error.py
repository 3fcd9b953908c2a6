"""An error in the middle of a stream: the status is 200 by then, so each chunk is looked at."""
import json
import os
import sys

import requests

with requests.post(
    "https://openrouter.ai/api/v1/chat/completions",
    headers={"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"},
    json={
        "model": "simulator/stream-error-chunk",
        "messages": [{"role": "user", "content": "Count from 1 to 30"}],
        "stream": True,
    },
    stream=True,
) as response:
    print(response.status_code)
    for raw in response.iter_lines():
        line = raw.decode()
        if not line.startswith("data: ") or line == "data: [DONE]":
            continue
        chunk = json.loads(line[6:])
        if "error" in chunk:
            print(f"\nerror {chunk['error']['code']}: {chunk['error']['message']}", file=sys.stderr)
            sys.exit(3)
        print(chunk["choices"][0]["delta"]["content"], end="", flush=True)
