"""Python's own hook at the end of its start: here the sandbox's interpreter waits for programs (waiting.py) before it becomes one."""

import os
import sys

if "OPENROUTER_IDE_ZYGOTE" in os.environ:
    had = set(sys.modules)
    import waiting

    waiting.wait_for_programs(had)

# The one that this module stands in front of: Debian's, or a virtual environment's. Python's `site` takes it quietly
# when there is none.
import sitecustomize  # noqa: E402, F401
