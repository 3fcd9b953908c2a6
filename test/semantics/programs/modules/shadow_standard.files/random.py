choice = "own choice"
print("own random is run")
