# The whole of standard input, as text and as bytes.
import sys

print(repr(sys.stdin.read(3)), repr(sys.stdin.readline()), repr(sys.stdin.buffer.peek(0) != b""))
print(repr(sys.stdin.read()))
print(sys.stdin.buffer.read(), sys.stdin.closed)
