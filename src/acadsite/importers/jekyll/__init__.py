"""What the importers of Jekyll sites share: reading, addresses, texts, writing."""
