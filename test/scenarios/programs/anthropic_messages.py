"""The Messages API at the address that Anthropic's tools are told, plain and streamed."""
import json
import os
import urllib.request

base = os.environ.get("ANTHROPIC_BASE_URL", "https://openrouter.ai/api")


def send(stream):
    request = urllib.request.Request(
        f"{base}/v1/messages",
        data=json.dumps({
            "model": "anthropic/claude-sonnet-4.5",
            "max_tokens": 200,
            "messages": [{"role": "user", "content": "Count from 1 to 6"}],
            "stream": stream,
        }).encode(),
        headers={
            "Authorization": f"Bearer {os.environ['ANTHROPIC_AUTH_TOKEN']}",
            "Content-Type": "application/json",
            "anthropic-version": "2023-06-01",
        },
    )
    return urllib.request.urlopen(request)


with send(False) as response:
    text = json.load(response)["content"][0]["text"]
print(text)
streamed = ""
with send(True) as response:
    for raw in response:
        if raw.startswith(b"data: "):
            event = json.loads(raw[6:])
            if event["type"] == "content_block_delta":
                streamed += event["delta"]["text"]
print(streamed == text)
