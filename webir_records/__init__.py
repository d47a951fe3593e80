"""The paper trail of government data queries: forms, a sealed archive, lawful destruction."""

__version__ = "0.1.0"
