# Frames that repeat are counted rather than shown.
def again(n):
    return again(n + 1)


again(0)
