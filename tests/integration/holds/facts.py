"""What the tests of this folder share."""

from datetime import date

PASSPHRASE = "correct horse battery"
DUE = date(2024, 3, 1)  # cancelled on 2021-02-28, three years
