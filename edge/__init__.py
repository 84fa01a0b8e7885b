"""The edge: where a request comes in and a response goes out.

It alone knows of addresses, header fields, clocks, files and servers. `edge.signals` turns the raw bytes of a request into the
plain values of `rules.context.Context`; `edge.answer` is the straight line from there to the response, and the module to read
first. Nothing in `locales`, `rules` or `variants` imports from here.
"""

__version__ = "0.1.0"
