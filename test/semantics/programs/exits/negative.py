# So is a negative one.
raise SystemExit(-1)
