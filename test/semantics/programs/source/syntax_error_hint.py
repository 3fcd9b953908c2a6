# So is one that Python has advice for.
if True
    print("never")
