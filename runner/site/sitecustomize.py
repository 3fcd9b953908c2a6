"""Python's own hook at the end of its start: here the sandbox's interpreter waits for programs (waiting.py) before it becomes one."""

import os
import sys

if "OPENROUTER_IDE_ZYGOTE" in os.environ:
    had = set(sys.modules)
    import waiting

    waiting.forget_own_modules(had)
    # The hook that this one stands in front of, Debian's or a virtual environment's, has its say before a program waits: it is the
    # same for each. Python's `site` takes it quietly when there is none.
    own = sys.modules.pop("sitecustomize")
    sys.path[:] = [entry for entry in sys.path if entry != os.path.dirname(__file__)]
    try:
        import sitecustomize
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
    sys.modules["sitecustomize"] = sys.modules.get("sitecustomize", own)
    waiting.wait_for_programs(had)
