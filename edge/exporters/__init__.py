"""Configurations of proxies, as text: pure functions from a site and what stands around it (`isogloss export`)."""
