"""Second floor: how the learner did. Imports scenario; asks AWS in `grader.evidence` only."""
