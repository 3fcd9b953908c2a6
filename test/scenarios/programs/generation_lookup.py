"""What a stream cost, looked up afterwards by its generation id: it takes a moment until it is there."""
import os
import time

import requests

headers = {"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"}
base = "https://openrouter.ai/api/v1"
with requests.post(
    f"{base}/chat/completions",
    headers=headers,
    json={"model": "openai/gpt-4o", "messages": [{"role": "user", "content": "Say ok"}], "stream": True},
    stream=True,
) as response:
    generation_id = response.headers["X-Generation-Id"]
    response.content

for _ in range(50):
    found = requests.get(f"{base}/generation", headers=headers, params={"id": generation_id})
    if found.status_code == 200:
        break
    time.sleep(0.1)
data = found.json()["data"]
print(data["id"] == generation_id, data["model"], data["streamed"], data["total_cost"])
