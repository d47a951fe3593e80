"""Property tests here are not timed: a busy machine is no defect of the code."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
