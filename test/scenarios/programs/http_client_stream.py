"""Streaming with http.client."""
import http.client
import json
import os

connection = http.client.HTTPSConnection("openrouter.ai", 443)
connection.request(
    "POST",
    "/api/v1/chat/completions",
    json.dumps({
        "model": "x-ai/grok-4-fast",
        "messages": [{"role": "user", "content": "Count from 3 to 9"}],
        "stream": True,
    }),
    {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"},
)
response = connection.getresponse()
print(response.getheader("Content-Type"))
while True:
    line = response.readline()
    if not line:
        break
    line = line.decode().rstrip("\r\n")
    if line == "data: [DONE]":
        break
    if line.startswith("data: "):
        print(json.loads(line[6:])["choices"][0]["delta"]["content"], end="", flush=True)
print()
