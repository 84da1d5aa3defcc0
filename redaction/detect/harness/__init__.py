"""What measures detection: never part of what detects, so never part of the ruleset's digest."""
