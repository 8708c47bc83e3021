"""Whether an AWS account is fit for a lab."""
