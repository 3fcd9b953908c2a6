# Wrong indentation is told with the block that it belongs to.
def f():
print("never")
