"""The measurements of `make bench`; each gives figures, and the table is made of them."""
