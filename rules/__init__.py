"""Decision tables: what a site says about which visitor, and what follows from it.

Words: an *input* is one thing known of the visitor, the moment or the item (`inputs`); a *cell* is what a rule asks of one
input (`cells`); a *rule* is a row of cells and an outcome, a *table* is rules in order (`tables`). `loading` and `bulk` make
tables from TOML and CSV, `checking` finds what is odd in a table, `deciding` answers for a `context.Context`.

This package imports `locales` only. It knows neither HTTP nor clocks nor the variants of an item: they come in as values.
"""
