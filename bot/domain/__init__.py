"""Values, rules and effects as data: pure functions of their arguments, standard library only."""
