"""The command line: a thin face over the services; no rule lives here.

`commands/` declares commands and options and starts fast; `work/` does them and prints.
"""
