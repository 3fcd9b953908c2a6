def run(value):
    return deep(value)


def deep(value):
    return 1 // value
