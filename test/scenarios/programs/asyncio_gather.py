"""Six streams at once with asyncio.gather."""
import asyncio
import json
import os

import httpx


async def stream(client, n):
    text = ""
    body = {
        "model": "openai/gpt-4o-mini",
        "messages": [{"role": "user", "content": f"Say number-{n}"}],
        "stream": True,
    }
    async with client.stream("POST", "/chat/completions", json=body) as response:
        async for line in response.aiter_lines():
            line = line.strip()
            if line.startswith("data: ") and line != "data: [DONE]":
                text += json.loads(line[6:])["choices"][0]["delta"]["content"]
    return text


async def main():
    async with httpx.AsyncClient(
        base_url="https://openrouter.ai/api/v1",
        headers={"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"},
        timeout=None,
    ) as client:
        print(*await asyncio.gather(*(stream(client, n) for n in range(6))))


asyncio.run(main())
