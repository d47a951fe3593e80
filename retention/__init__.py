"""Pure rules of retention: periods, profiles, schedules, the destruction guard and batch states.

Nothing here reads a clock, a disk (but for profile files) or a database, and nothing here destroys:
this package answers questions, a service acts.
"""
