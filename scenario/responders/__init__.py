"""Learners made of code: the reference one, and others that are wrong in one way each."""
