"""Commands of ``explorer``, one module per subject; :mod:`explorer.cli` puts them together."""
