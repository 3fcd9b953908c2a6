# Links, times, locks, permissions and walks of files.
import fcntl
import glob
import os
import shutil
import stat

with open("a.txt", "w") as file:
    file.write("text")
    fcntl.flock(file, fcntl.LOCK_EX)
os.symlink("a.txt", "link")
os.link("a.txt", "hard")
os.utime("a.txt", (1, 2))
os.chmod("a.txt", 0o640)
found = os.stat("link")
print(stat.filemode(found.st_mode), found.st_nlink, found.st_size, found.st_mtime, os.readlink("link"))
print(sorted(glob.glob("*")), os.access("a.txt", os.W_OK), found.st_uid == os.getuid())
os.mkfifo("fifo")
shutil.copytree(".", "../tmp-copy" if False else "copy", ignore=shutil.ignore_patterns("fifo", "copy", "main.py"), symlinks=True)
print(sorted(os.listdir("copy")))
with open(b"caf\xff.txt", "w") as file:
    print(ascii(file.name), file.fileno())
print(ascii(sorted(os.listdir("."))), sorted(os.listdir(b"."))[1])
os.rename("hard", "renamed")
shutil.rmtree("copy")
open("missing/x", "w")
