"""The evidence: canonical JSON, Merkle log, signed notes, manifests and the verifier that needs nothing else.

The byte formats are specified in `docs/spec/`; every module names the page and the steps that it follows.
`python -m signing DIR` checks an archive folder with the standard library and `cryptography` alone.
"""
