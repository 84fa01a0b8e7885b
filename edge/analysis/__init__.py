"""What `isogloss check` looks for beyond a load: what rules, variants, groups and consent come to for the visitors there can be.

`tables` asks `rules.analysis` about each table, `moves` what another order would change, `variants` looks for somebody who gets
each variant, `groups` and `consent` have a question each. No load and no answer waits for any of it.
"""
