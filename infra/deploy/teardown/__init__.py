"""Leaving nothing behind."""
