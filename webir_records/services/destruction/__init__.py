"""Destroy records lawfully: draft → signed statements → execute → certificate.

`execution.execute` is the only caller of `Archive.erase_permanently`.
"""
