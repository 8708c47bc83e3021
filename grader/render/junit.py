"""A report as JUnit XML, which CI systems show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from grader.render.words import printable
from grader.report import Finding, Report, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test case. It failed where `failure` says how, was skipped where `skipped` says why, else it passed."""

    classname: str
    name: str
    failure: str | None = None
    skipped: str | None = None
    output: str = ""  # what a CI system shows of the case besides


def as_junit(report: Report) -> str:
    """One test case a finding: failed is a failure, unknown is skipped, each with its sentence."""
    return junit_suite(f"lab {report.team}", (_case(report.team, finding) for finding in report.findings))


def class_as_junit(reports: Sequence[Report]) -> str:
    """The same of many teams, in one suite: each team is a class."""
    return junit_suite("lab", (_case(report.team, finding) for report in reports for finding in report.findings))


def junit_suite(name: str, cases: Iterable[Case]) -> str:
    """A suite of cases as a whole XML document; what XML cannot hold is replaced."""
    held = list(cases)
    suite = ElementTree.Element(
        "testsuite",
        name=printable(name),
        tests=str(len(held)),
        failures=str(sum(case.failure is not None for case in held)),
        errors="0",
        skipped=str(sum(case.skipped is not None for case in held)),
    )
    suite.extend(_element(case) for case in held)
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


def _case(team: str, finding: Finding) -> Case:
    return Case(
        classname=team,
        name=finding.id,
        failure=finding.message if finding.verdict is Verdict.FAIL else None,
        skipped=finding.message if finding.verdict is Verdict.UNKNOWN else None,
        output="\n".join([f"{finding.points:g} of {finding.max} points", finding.message, *finding.evidence]),
    )


def _element(case: Case) -> ElementTree.Element:
    element = ElementTree.Element("testcase", classname=printable(case.classname), name=printable(case.name))
    if case.failure is not None:
        ElementTree.SubElement(element, "failure", message=printable(case.failure))
    if case.skipped is not None:
        ElementTree.SubElement(element, "skipped", message=printable(case.skipped))
    if case.output:
        ElementTree.SubElement(element, "system-out").text = printable(case.output)
    return element
