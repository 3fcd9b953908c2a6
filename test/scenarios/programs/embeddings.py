"""Embeddings, and which text is nearest to the question."""
import base64
import os
import struct

import requests


def embed(texts, **more):
    response = requests.post(
        "https://openrouter.ai/api/v1/embeddings",
        headers={"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"},
        json={"model": "openai/text-embedding-3-small", "input": texts, **more},
    )
    response.raise_for_status()
    return [item["embedding"] for item in response.json()["data"]]


texts = ["The cat sat on the mat.", "Stock prices fell sharply today.", "How do I bake bread?"]
vectors = embed(texts)
[packed] = embed("Where did the cat sit on?", encoding_format="base64")
raw = base64.b64decode(packed)
question = struct.unpack(f"<{len(raw) // 4}f", raw)
scores = [sum(a * b for a, b in zip(question, vector)) for vector in vectors]
print(len(question), texts[scores.index(max(scores))])
