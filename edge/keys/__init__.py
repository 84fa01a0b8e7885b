"""Classes of visitors, and the key that names them (SEMANTICS §9).

Two values of an input are one class for an item if swapping them never changes the answer. So each value gets a signature:
everything through which it can matter to the item. Equal signatures are one class, named by its first member.

    tracks      what a language understands of the tracks on offer, compared as selection compares them
    customs     what norms say of a language: at its home, and wherever it is official
    languages   the two, and the cells on languages: the classes of `Accept-Language`
    places      cells, bars, whether English is official, the languages of the place, norms: the classes of countries and regions
    values      the cells that any other value meets
    projection  all of them for one item, signal by signal, as they stand in `Isogloss-Key`

Signatures are made when a value is first seen, and kept: nothing is made at load.
"""

from edge.keys.projection import Projection

__all__ = ["Projection"]
