"""Use cases, one module each: plain typed values in and out, no printing, no command line.

The only place where a transaction spans rooms.
"""
