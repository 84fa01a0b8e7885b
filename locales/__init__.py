"""Languages, places and what viewers expect there: facts without a request, an item or a rule."""
