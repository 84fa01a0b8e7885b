"""Which values of an input are one for an item, and which visitors' answers differ between two sites: found by trying.

`visitors` makes the visitors that are tried, `asking` asks for them, `parting` parts values by their answers, `finding` has the
classes of an item, and `changes` the answers that change from one site to another.
"""
