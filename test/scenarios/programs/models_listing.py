"""The catalogue without a key, and the cheapest models that take tools."""
import json
import urllib.request

with urllib.request.urlopen("https://openrouter.ai/api/v1/models?supported_parameters=tools") as response:
    models = json.load(response)["data"]
paid = [model for model in models if float(model["pricing"]["prompt"]) > 0]
for model in sorted(paid, key=lambda model: float(model["pricing"]["prompt"]))[:3]:
    print(model["id"], float(model["pricing"]["prompt"]) * 1_000_000)
