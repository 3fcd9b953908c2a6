"""Chat completion with curl as a subprocess, the command as it stands in OpenRouter's quickstart."""
import json
import subprocess

command = """
curl -sS https://openrouter.ai/api/v1/chat/completions \\
  -H "Content-Type: application/json" \\
  -H "Authorization: Bearer $OPENROUTER_API_KEY" \\
  -d '{
  "model": "openai/gpt-5.2",
  "messages": [
    {
      "role": "user",
      "content": "What is the meaning of life?"
    }
  ]
}'
"""
result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
print(json.loads(result.stdout)["choices"][0]["message"]["content"])
