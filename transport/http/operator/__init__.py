"""The routes below `/operator`, for operators alone; each is on a blueprint of `guarded.py`."""
