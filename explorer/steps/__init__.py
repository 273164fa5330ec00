"""The steps of a build, one module each: ``run(writer, …)`` reads sources or earlier steps and writes its results.

A step's key holds the hash of its module and of all it imports, so changing a reader re-runs only the steps that use it.
"""
