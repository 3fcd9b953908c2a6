"""Chat completion with nothing but the standard library."""
import json
import os
import urllib.request

request = urllib.request.Request(
    "https://openrouter.ai/api/v1/chat/completions",
    data=json.dumps({
        "model": "meta-llama/llama-3.3-70b-instruct:free",
        "messages": [{"role": "user", "content": "Give me 3 names for a cat"}],
    }).encode(),
    headers={
        "Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}",
        "Content-Type": "application/json",
    },
)
with urllib.request.urlopen(request, timeout=60) as response:
    completion = json.load(response)
print(completion["choices"][0]["message"]["content"])
print("cost:", completion["usage"]["cost"])
