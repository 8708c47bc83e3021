"""Third floor: where the lab stands, on AWS or on this machine. Imports grader and scenario; nobody imports it."""
