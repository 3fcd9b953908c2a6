# Bytes that are no UTF-8 are a syntax error with their place.
print("cafÿ")
