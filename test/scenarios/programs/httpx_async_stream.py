"""Streaming with httpx's asynchronous client."""
import asyncio
import json
import os

import httpx


async def main():
    payload = {
        "model": "openai/gpt-4o-mini",
        "messages": [{"role": "user", "content": "Write a haiku about winter"}],
        "stream": True,
    }
    headers = {"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"}
    async with httpx.AsyncClient(timeout=None) as client:
        url = "https://openrouter.ai/api/v1/chat/completions"
        async with client.stream("POST", url, headers=headers, json=payload) as response:
            async for line in response.aiter_lines():
                line = line.strip()
                if line.startswith(":") or not line:
                    continue
                data = line[6:]
                if data == "[DONE]":
                    break
                print(json.loads(data)["choices"][0]["delta"]["content"], end="", flush=True)
    print()


asyncio.run(main())
