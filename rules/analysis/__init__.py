"""What a table does to the visitors there can be: rules that nobody meets, orders that surprise, gaps, and moves.

    columns    which rules hold for a value of one input, as bits of one number
    axes       inputs that depend on each other, with every combination of values that makes a difference
    times      the axis of time: schedules, dates, weekdays and hours together
    searching  a visitor who meets some rules and none of others: exact, within a budget of steps
    world      what is known of the site: its items, its clock, who is answered by which rule
    field      a table over its axes
    telling    what there is to say of it, as findings

Nothing here is needed to serve: it is asked for by who checks a site. Every finding that names a visitor was tried on the
engine before it is told.
"""
