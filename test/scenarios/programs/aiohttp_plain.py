"""Chat completion with aiohttp."""
import asyncio
import os

import aiohttp


async def main():
    headers = {"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"}
    body = {
        "model": "deepseek/deepseek-chat-v3.1",
        "messages": [{"role": "user", "content": "How many r's are in strawberry?"}],
    }
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.post("https://openrouter.ai/api/v1/chat/completions", json=body) as response:
            completion = await response.json()
            print(response.status, completion["choices"][0]["message"]["content"])


asyncio.run(main())
