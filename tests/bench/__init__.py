"""The bench of doc/source/performance.rst; no test: nothing here asserts."""
