"""An event on AWS, as the functions of the organiser's account run it: grading, asking again, and the page."""
