"""Grading many accounts from one: what runs in the organiser's account, and what it leaves there."""
