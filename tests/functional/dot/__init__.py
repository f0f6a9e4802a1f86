"""A minimal Django project around django-oauth-toolkit, for functional tests.

Layer: test fixture, run in a process of its own (``python -m
tests.functional.dot``); no test imports it.  It must not change how the
toolkit behaves: everything here is a documented setting.
"""
