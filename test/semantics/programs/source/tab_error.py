# Tabs and blanks that can't be told apart.
if True:
        x = 1
	y = 2
