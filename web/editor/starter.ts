/** The program that a new user finds: works as it stands, streams, says what it cost, and is worth reading. */

export const starterProgram = `"""Stream one answer from OpenRouter, piece by piece, and say what it cost."""

import json
import os

import requests

URL = "https://openrouter.ai/api/v1/chat/completions"
HEADERS = {"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"}
MODEL = os.environ["OPENROUTER_MODEL"]


def ask(question):
    """Print the answer while it arrives; return the usage that the last event carries."""
    body = {
        "model": MODEL,
        "messages": [{"role": "user", "content": question}],
        "stream": True,
    }
    usage = None
    with requests.post(URL, headers=HEADERS, json=body, stream=True, timeout=60) as reply:
        if not reply.ok:
            raise SystemExit(f"OpenRouter answered {reply.status_code}: {reply.text}")
        for line in reply.iter_lines():
            if not line.startswith(b"data: ") or line == b"data: [DONE]":
                continue  # blank lines and comments keep the connection alive
            event = json.loads(line[6:])
            if "error" in event:
                raise SystemExit(f"\\nThe stream broke off: {event['error']['message']}")
            for choice in event["choices"]:
                print(choice["delta"].get("content") or "", end="", flush=True)
            usage = event.get("usage") or usage
    return usage


usage = ask("In three sentences: why do language models stream their answers?")
if usage:
    print(f"\\n\\n{MODEL}: {usage['total_tokens']} tokens, \${usage['cost']:.6f}")
`;
