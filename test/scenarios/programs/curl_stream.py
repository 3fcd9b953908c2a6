"""Streaming with curl as a subprocess, read while it runs."""
import json
import os
import subprocess

body = json.dumps({
    "model": "openai/gpt-4.1-mini",
    "messages": [{"role": "user", "content": "Count from 1 to 8"}],
    "stream": True,
})
command = [
    "curl", "--no-buffer", "--silent", "--show-error", "--fail-with-body",
    "https://openrouter.ai/api/v1/chat/completions",
    "-H", f"Authorization: Bearer {os.environ['OPENROUTER_API_KEY']}",
    "-H", "Content-Type: application/json",
    "-d", body,
]
with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as curl:
    for line in curl.stdout:
        line = line.strip()
        if line.startswith("data: ") and line != "data: [DONE]":
            print(json.loads(line[6:])["choices"][0]["delta"]["content"], end="", flush=True)
print()
print("curl ended with", curl.returncode)
