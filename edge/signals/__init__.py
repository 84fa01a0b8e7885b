"""From the raw bytes of one request to the values of `rules.context.Context`.

One module per signal, each a set of pure functions of bytes: `proxies` (who is believed), `place`, `languages`, `device`,
`visit` (referrer, campaign, words), `moment`, `audience` (what a hop says of the person), `consent`, `choice`. None of them
raises for what a visitor sends: a broken signal is an absent one. `fields` holds the limits and is what all of them read by.
"""
