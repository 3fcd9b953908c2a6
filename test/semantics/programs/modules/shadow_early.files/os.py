raise ValueError("never imported")
