"""The page model: what PDF, OFD and pictures are read through."""
