"""The layouts of the forms, drawn in WordprocessingML (ECMA-376 part 1, clause 17)."""
