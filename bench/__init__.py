"""Measures the service against the budgets of the design: `python -m bench`, or `scripts/bench`. No part of the product.

All ratios come from one interleaved run on one machine; absolute numbers of two runs are never compared.
"""
