"""A report as JUnit XML, which CI systems show."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from grader.report import Finding, Report, Verdict

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(report: Report) -> str:
    """One test case a finding: failed is a failure, unknown is skipped, each with its sentence."""
    verdicts = [finding.verdict for finding in report.findings]
    suite = ElementTree.Element(
        "testsuite",
        name=_clean(f"lab {report.team}"),
        tests=str(len(verdicts)),
        failures=str(verdicts.count(Verdict.FAIL)),
        errors="0",
        skipped=str(verdicts.count(Verdict.UNKNOWN)),
    )
    suite.extend(_case(report.team, finding) for finding in report.findings)
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


def _case(team: str, finding: Finding) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=_clean(team), name=finding.id)
    if finding.verdict is Verdict.FAIL:
        ElementTree.SubElement(case, "failure", message=_clean(finding.message))
    elif finding.verdict is Verdict.UNKNOWN:
        ElementTree.SubElement(case, "skipped", message=_clean(finding.message))
    out = ElementTree.SubElement(case, "system-out")
    out.text = _clean("\n".join([f"{finding.points:g} of {finding.max} points", finding.message, *finding.evidence]))
    return case


def _clean(text: str) -> str:
    """XML 1.0 cannot hold most control characters, not even escaped."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
