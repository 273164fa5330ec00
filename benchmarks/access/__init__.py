"""The access engine beside its peers: one command, one run, one table.

    python -m benchmarks.access ../shared/data          (or: make bench)

Every engine gets the same street nodes, the same directed arcs and the same whole milliseconds (:mod:`.case`), runs in
a process of its own (:mod:`.worker`), and hands in its answers; a ratio is printed only where the answers agree
(:mod:`.checks`). The table, the plot and what the figures were measured on go to ``benchmarks/RESULTS.md``.
"""
