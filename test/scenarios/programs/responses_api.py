"""The Responses API, plain and streamed."""
import json
import os

import requests

url = "https://openrouter.ai/api/v1/responses"
headers = {"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"}
body = {"model": "openai/gpt-5.2", "input": "Count from 1 to 6"}

plain = requests.post(url, headers=headers, json=body).json()
message = next(item for item in plain["output"] if item["type"] == "message")
print(message["content"][0]["text"])

text = ""
with requests.post(url, headers=headers, json={**body, "stream": True}, stream=True) as response:
    for raw in response.iter_lines():
        line = raw.decode()
        if line.startswith("data: ") and line != "data: [DONE]":
            event = json.loads(line[6:])
            if event["type"] == "response.output_text.delta":
                text += event["delta"]
print(text == message["content"][0]["text"])
