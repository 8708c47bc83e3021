"""What there is of a lab in an AWS account, and of what its learners left: found by ids, never by name."""
