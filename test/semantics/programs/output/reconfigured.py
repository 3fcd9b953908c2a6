# Streams may be taken apart and put together again.
import io
import sys

sys.stdout.reconfigure(newline="\r\n", line_buffering=True)
print("dos")
sys.stdout.reconfigure(newline="\n")
binary = sys.stdout.detach()
binary.write(b"bytes\n")
sys.stdout = io.TextIOWrapper(binary, encoding="utf-16-le", write_through=True)
print("x")
sys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding="utf-8", write_through=True)
sys.stderr.reconfigure(errors="replace")
print("caf\udce9", file=sys.stderr)
sys.stderr = open(2, "w", closefd=False)
print("own stderr", file=sys.stderr)
