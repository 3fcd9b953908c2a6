# An error in a file beside the program is shown with that file's lines.
import helper

helper.run(0)
