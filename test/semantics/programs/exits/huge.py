# And one that fits no integer of the machine.
raise SystemExit(2**70)
