"""Classes of visitors, and the key that names them (SEMANTICS §9).

Two values of an input are one class for an item if swapping them never changes the answer. So each value gets a signature:
everything through which it can matter to the item. Equal signatures are one class, named by its first member.

    lots        what bars can leave of the item, in a place or anywhere
    sights      what one language makes of a lot, as far as it can be seen; `outlook`: what those of a place make of it together
    tracks      how the tracks of the item rank for a language, where any may be refused
    customs     what norms say of a language: at its home, and wherever it is official
    named       cells by the values that they name
    naming      the names of classes of languages
    languages   sights or tracks, cells and customs: the classes of `Accept-Language`, and of languages that are named
    places      cells, bars, whether English is official, outlooks, norms: the classes of countries and regions
    values      the cells that any other value meets
    projection  all of them for one item, signal by signal, as they stand in `Isogloss-Key`

Signatures are made when a value is first seen, and kept: nothing is made at load. A value that is new costs the same however
many cells there are.
"""

from edge.keys.projection import Projection

__all__ = ["Projection"]
