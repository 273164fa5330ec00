"""How quick the app is: the server as users start it, Chromium as users see it, twenty users at once.

``python -m benchmarks.app WORKSPACE…`` starts a server for each workspace (:mod:`.serving`), has Chromium open pages and
change choices (:mod:`.browser`), asks for the memory of 1 to 20 sessions and lets 20 users work for a minute
(:mod:`.load`), and writes its section of ``benchmarks/RESULTS.md`` (:mod:`.report`). ``--nation`` adds an invented
workspace of 1,741 municipalities (:mod:`.nation`).
"""
