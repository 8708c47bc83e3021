"""Containment, judged as an incident responder would: pure functions from evidence to a judgement.

A check's docstring is the sentence that the learner reads when it passes.
"""
