"""Texts of what keeps records: holds, files, marks, dates."""
