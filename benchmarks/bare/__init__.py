"""The peer: the least Django that stores one row and one file, on the same database, server and broker."""
