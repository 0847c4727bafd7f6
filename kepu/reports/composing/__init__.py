"""From facts to the words of a paper. Papers are always in Chinese: they are documents of the district, not pages."""
