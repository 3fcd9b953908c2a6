# Help, pretty printing, command lines and progress on a stream that is no terminal.
import curses
import getpass
import pprint
import pydoc
import readline
import shutil
import sys
import textwrap

print(shutil.get_terminal_size(), sys.stdout.isatty(), getpass.getuser())
pprint.pprint({"key": list(range(40)), "other": "x" * 60})
print(pydoc.render_doc(len, renderer=pydoc.plaintext), textwrap.fill("word " * 30))
print(readline.get_history_length(), readline.get_completer())
try:
    curses.setupterm("xterm-256color", 1)
    print(curses.tigetnum("colors"))
except curses.error as error:
    print(error)
help(bool.__and__)
