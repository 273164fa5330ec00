"""One lock for all pages that draw with matplotlib.

Drawing measures text with one font object for the whole process: two sessions at once would disturb each other.
"""

from __future__ import annotations

import threading
from typing import Final

DRAWING: Final = threading.Lock()
