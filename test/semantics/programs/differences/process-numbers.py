# Numbers of the process, its parent, its group and its session.
import os

print(os.getpid(), os.getppid(), os.getpgrp(), os.getsid(0))
