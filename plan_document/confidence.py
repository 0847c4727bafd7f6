"""What the confidence numbers mean. Every one that the parser gives is named here.

1.0 is written out in the document with a number or a label; 0.9 follows from a clear sign (a line of its
own, a title that ends in 行动); 0.75 is inferred from the sentences; 0.5 is a stand-in (a first clause for a
title); 0.3 is a guess that somebody should look at.
"""

from __future__ import annotations

WRITTEN = 1.0
CLEAR = 0.9
INFERRED = 0.75
STAND_IN = 0.5
GUESS = 0.3
