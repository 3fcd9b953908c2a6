loads = "own loads"
