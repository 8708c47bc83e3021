"""`lab import`: CloudTrail logs from elsewhere, in an event data store of their own beside the lab's.

found    a record that was found in a file
plain    records that stand side by side, read at once
logs     files and folders -> records, and what is none
door     the lab's side: an organiser's records into an import store
client   the command's side: batches over HTTP
report   what was imported, and what was skipped and why
cli      the verb
"""
