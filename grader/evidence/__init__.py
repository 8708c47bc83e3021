"""What the log and EC2 showed: gathered once, frozen, serialisable. The only part of the grader that asks AWS."""
