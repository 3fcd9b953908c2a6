# Working directory, home and temporary directory are there, writable, and the same as for bare Python.
import os
import pathlib
import tempfile

print(os.getcwd(), pathlib.Path.home(), os.path.expanduser("~/x"), tempfile.gettempdir())
print(sorted(os.listdir(".")), os.umask(0o022) == 0o022)
with tempfile.NamedTemporaryFile("w+", suffix=".txt") as file:
    file.write("kept")
    file.seek(0)
    print(file.read(), os.path.dirname(file.name))
with tempfile.TemporaryDirectory() as directory:
    print(os.listdir(directory), oct(os.stat(directory).st_mode))
os.makedirs("a/b/c")
pathlib.Path("a/b/c/d.txt").write_text("x")
os.chdir("a/b")
print(os.getcwd(), sorted(os.walk(".")))
print(oct(os.stat("c/d.txt").st_mode))
