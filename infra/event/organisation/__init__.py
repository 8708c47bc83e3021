"""An event in many AWS accounts: what its verbs ask of AWS, as the organiser and from the organiser's account alone.

AWS does the work: a stack set makes the labs, a state machine grades them. The verbs begin it, follow it, and tell of
each account what became of it. Nothing is remembered between two runs but the secrets in event.json: each looks at what
is there, so that one that was interrupted is begun again, and two organisers may ask for the same at once.
"""
