# sys.exit with text writes it to standard error and exits with 1.
import sys

sys.exit("texte d'adieu: ünï")
