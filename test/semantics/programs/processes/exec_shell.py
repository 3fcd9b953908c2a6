# The other program may be any.
import os

print("before")
os.execlp("sh", "sh", "-c", "echo out; echo err >&2; kill -TERM $$")
