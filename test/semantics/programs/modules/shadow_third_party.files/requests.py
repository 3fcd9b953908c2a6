def get(address):
    return "own get"
