"""Streaming with aiohttp."""
import asyncio
import json
import os

import aiohttp


async def main():
    headers = {"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"}
    body = {
        "model": "anthropic/claude-haiku-4.5",
        "messages": [{"role": "user", "content": "Write a Python function called fib that computes fibonacci numbers"}],
        "stream": True,
    }
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.post("https://openrouter.ai/api/v1/chat/completions", json=body) as response:
            async for raw in response.content:
                line = raw.decode().strip()
                if not line.startswith("data: ") or line == "data: [DONE]":
                    continue
                print(json.loads(line[6:])["choices"][0]["delta"]["content"], end="", flush=True)
    print()


asyncio.run(main())
