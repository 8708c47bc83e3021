"""Ground floor: what happened in the lab, and what is asked about it. Imports nothing of ours; needs boto3 at most."""
