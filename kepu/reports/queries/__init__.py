"""What the papers and the ledger are made from, read from plans."""
