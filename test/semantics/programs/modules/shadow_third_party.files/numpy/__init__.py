array = "own array"
