# How many certificate authorities are trusted.
import ssl

print(len(ssl.create_default_context().get_ca_certs()))
