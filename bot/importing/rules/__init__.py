"""Reading cells and headers as pure rules: days, units, ids, words."""
