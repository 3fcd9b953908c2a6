"""The agentic loop of OpenRouter's tool calling guide: call the model, run the tool, send its result, until it answers."""
import json
import os

import requests

OPENROUTER_API_KEY = os.environ["OPENROUTER_API_KEY"]
MODEL = "google/gemini-2.5-flash"

task = "What are the titles of some James Joyce books?"

messages = [
  {"role": "system", "content": "You are a helpful assistant."},
  {"role": "user", "content": task},
]


def search_gutenberg_books(search_terms):
    catalogue = [
        {"id": 4300, "title": "Ulysses", "authors": ["Joyce, James"]},
        {"id": 2814, "title": "Dubliners", "authors": ["Joyce, James"]},
    ]
    print("searching for:", " ".join(search_terms))
    return catalogue


tools = [
  {
    "type": "function",
    "function": {
      "name": "search_gutenberg_books",
      "description": "Search for books in the Project Gutenberg library based on specified search terms",
      "parameters": {
        "type": "object",
        "properties": {
          "search_terms": {
            "type": "array",
            "items": {"type": "string"},
            "description": "List of search terms to find books in the Gutenberg library"
          }
        },
        "required": ["search_terms"]
      }
    }
  }
]

TOOL_MAPPING = {"search_gutenberg_books": search_gutenberg_books}


def call_llm(msgs):
    resp = requests.post(
        "https://openrouter.ai/api/v1/chat/completions",
        headers={"Authorization": f"Bearer {OPENROUTER_API_KEY}"},
        json={"model": MODEL, "tools": tools, "messages": msgs},
    )
    resp.raise_for_status()
    message = resp.json()["choices"][0]["message"]
    msgs.append(message)
    return message


def get_tool_response(tool_call):
    tool_name = tool_call["function"]["name"]
    tool_args = json.loads(tool_call["function"]["arguments"])
    tool_result = TOOL_MAPPING[tool_name](**tool_args)
    return {"role": "tool", "tool_call_id": tool_call["id"], "content": json.dumps(tool_result)}


max_iterations = 10
iteration_count = 0
while iteration_count < max_iterations:
    iteration_count += 1
    resp = call_llm(messages)
    if resp.get("tool_calls"):
        for call in resp["tool_calls"]:
            messages.append(get_tool_response(call))
    else:
        break
print(messages[-1]["content"])
print("rounds:", iteration_count)
