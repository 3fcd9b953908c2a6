"""Chat completion with httpx's asynchronous client."""
import asyncio
import os

import httpx


async def main():
    async with httpx.AsyncClient(
        base_url="https://openrouter.ai/api/v1",
        headers={"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"},
        timeout=60,
    ) as client:
        response = await client.post(
            "/chat/completions",
            json={
                "model": "mistralai/mistral-small-3.2-24b-instruct",
                "messages": [{"role": "user", "content": "What is 17 * 23?"}],
            },
        )
        print(response.json()["choices"][0]["message"]["content"])


asyncio.run(main())
