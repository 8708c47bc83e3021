"""An update of a stack's resources: forward, or back where something fails, and then what nobody wants is deleted.

AWS: what the new template adds is created and what it changes is updated, needs first; what cannot be altered is
replaced. Once all that is done, what was removed or replaced is deleted, and left alone if that fails. Where something
fails, what was altered is as before, and what was created is deleted (CloudFormation user guide, stack updates).
Bare moto: no events, deletes first, stops half-way, and forgets what it cannot alter.
"""

from __future__ import annotations

from typing import Any

from infra.local.aws.resources import Held, Resources


class Update:
    """One update of these resources to another template and other parameters."""

    def __init__(self, resources: Resources, template: dict[str, Any], given: dict[str, Any]) -> None:
        self._resources = resources
        self._before = resources.held()
        self._properties = {key: resources.properties(key) for key in self._before}
        self._from, self._to = (resources.template, resources.input_parameters), (template, given)
        self._altered: list[str] = []
        self._unwanted: list[Held] = []

    def forward(self) -> None:
        """Create and alter. Raises ResourceFailedError, whose message is the logical id."""
        self._resources.adopt(*self._to)
        with self._resources.building():
            wanted = self._resources.wanted()
            for key in wanted:
                if key not in self._before:
                    self._resources[key]
                elif self._resources.properties(key) != self._properties[key]:
                    self._altered.append(key)
                    self._resources.alter(key)
        self._unwanted = [held for held in self._before.values() if held.key not in wanted or self._replaced(held.key)]

    def back(self) -> None:
        """Have again what was there before. Raises ResourceFailedError."""
        now = self._resources.held().values()
        self._unwanted = [held for held in now if held.key not in self._before or self._replaced(held.key)]
        self._resources.adopt(*self._from)
        for key in reversed(self._altered):
            if self._replaced(key):
                self._resources.put_back(self._before[key])
            else:
                self._resources.alter(key)

    def clean_up(self) -> None:
        """Delete what nobody wants, last made first."""
        for held in reversed(self._unwanted):
            self._resources.drop(held)

    def _replaced(self, key: str) -> bool:
        return key in self._altered and self._resources.replaces(key)
