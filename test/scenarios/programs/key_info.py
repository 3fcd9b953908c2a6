"""What the key says about itself, and that the sandbox's key is none that is worth stealing."""
import os
import re

import requests

key = os.environ["OPENROUTER_API_KEY"]
print(bool(re.fullmatch(r"sk-or-v1-[0-9a-f]{64}", key)))
response = requests.get("https://openrouter.ai/api/v1/key", headers={"Authorization": f"Bearer {key}"})
data = response.json()["data"]
print(response.status_code, data["is_free_tier"], data["limit"])
