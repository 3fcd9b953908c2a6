# Standard streams look as they do in bare Python, layer by layer.
import sys

for stream in (sys.stdin, sys.stdout, sys.stderr):
    print(stream, stream.name, stream.mode, stream.encoding, stream.errors, stream.newlines, stream.line_buffering)
    print(stream.write_through, stream.fileno(), stream.isatty(), stream.closed, stream.readable(), stream.writable())
    print(stream.seekable(), type(stream).__name__, type(stream.buffer).__name__, stream.buffer.mode)
    raw = getattr(stream.buffer, "raw", stream.buffer)
    print(raw, raw.closefd, raw.mode, isinstance(raw, __import__("io").FileIO))
