"""Files before they are documents: names, encodings, archives, conversion."""
