"""An event on one machine, which serves a class: `lab event deploy --local`.

`room` serves it, `venue` is what the other verbs of an event see of it. All of it is in the state folder:

classroom.json       what was asked, with the seed and the organiser's token (0600): there until the event is torn down
journal/             what the class has come to (`infra.local.journal`): `--resume` goes on from it
handouts/            what teams are handed: one page for each to print, and a folder with its notebook and its keys
bundles/             what each team's last report rests on
"""
