"""Deploying, finding and reading labs: the same calls against AWS and against local AWS."""
