"""The lab as others' machinery takes it: a folder for Workshop Studio, a folder for StackSets."""
