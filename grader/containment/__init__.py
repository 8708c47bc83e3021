"""Containment, judged as an incident responder would: pure functions from evidence to a judgement.

What is not seen yet is unknown, never a fail. A pass is of what is seen: a deed that undoes it, such as a snapshot
shared with a stranger, takes it back when its event arrives, for else everybody would wait hours for a pass.

A check's docstring is the sentence that the learner reads when it passes.
"""
