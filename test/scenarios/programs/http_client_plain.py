"""Two completions over one connection of http.client."""
import http.client
import json
import os

connection = http.client.HTTPSConnection("openrouter.ai", timeout=60)
headers = {
    "Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"],
    "Content-Type": "application/json",
}
for text in ("Say one", "Say two"):
    body = json.dumps({"model": "qwen/qwen3-32b", "messages": [{"role": "user", "content": text}]})
    connection.request("POST", "/api/v1/chat/completions", body, headers)
    response = connection.getresponse()
    completion = json.loads(response.read())
    assert response.getheader("X-Generation-Id") == completion["id"]
    print(response.status, completion["choices"][0]["message"]["content"])
connection.close()
