# Streams that the program closed or took away don't trouble its end.
import sys

sys.stdout.close()
sys.stdin = None
sys.stderr.write("still there\n")
sys.exit(6)
