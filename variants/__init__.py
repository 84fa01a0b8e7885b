"""Items, their variants, and the choice among them (SEMANTICS §6–8).

    files ──catalog──▶ Item ──select(preference, stand)──▶ Selection ──manifest──▶ JSON

A variant has no mode of its own: `experience` says how somebody with a given language meets it. `selecting` asks that of each
of the visitor's languages in turn, `bars` take away what may not be shown, `paths` say which item a URL means.

This package imports `locales` only. It knows neither HTTP nor clocks nor decision tables: they come in as values.
"""
