print("helper is run once")
