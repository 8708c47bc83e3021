"""The organiser's account: many teams at once."""
