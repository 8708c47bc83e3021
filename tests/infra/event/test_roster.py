"""The roster: what is taken, and every fault that is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.event.roster import COLUMNS, EXAMPLE, MOST_TEAMS, Entry, RosterError, read

HEADER = ",".join(COLUMNS)
RED = Entry(
    team="red",
    account_id="111122223333",
    region="eu-west-1",
    emails=("an@example.com", "binh@example.com"),
    language="vi",
)


def faults(path: Path, *lines: str) -> tuple[str, ...]:
    """What is wrong with a roster of these lines, the header included."""
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(RosterError) as caught:
        read(path)
    assert str(caught.value).splitlines()[1:] == [f"  {fault}" for fault in caught.value.faults]
    return caught.value.faults


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a roster is written."""
    return tmp_path / "roster.csv"


def test_the_example_is_a_roster(path: Path) -> None:
    """Whoever fills in the example begins with a file that is right; semicolons are as good as spaces."""
    path.write_text(EXAMPLE, encoding="utf-8")
    red, blue = read(path)
    assert red == RED
    assert blue.emails == ("ada@example.com", "grace@example.com")


def test_what_spreadsheets_write_is_taken(path: Path) -> None:
    """A byte order mark, CRLF, empty lines, quotes, spaces, further columns, another order; empty cells at the end."""
    lines = [
        "room, team ,region,account_id,emails,language",
        'B,red,eu-west-1, 111122223333,"an@example.com ; binh@example.com",vi',
        ",,,,,",
        "",
        "C,,us-east-1,444455556666",
    ]
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    nameless = Entry(team="444455556666", account_id="444455556666", region="us-east-1", emails=(), language="en")
    assert read(path) == (RED, nameless)


def test_all_faults_are_told_at_once(path: Path) -> None:
    """Each in one line with its number, in the file's order."""
    assert faults(
        path,
        HEADER,
        "red,111122223333,eu-west-1,an@example.com,vi",
        "-a,12345,eu-west-9,an@example,fr",
        "blue,1.11E+11,,nobody ada@example.com;@,en",
        "red,111122223333,eu-west-1,,",
        "green,555566667777,eu-west-1,a@example.com,b@example.com,en",
        "pink,5,EU-WEST-1,,",
    ) == (
        "line 3: account_id '12345' has 5 digits, it takes 12",
        "line 3: language 'fr' is not there, it takes en or vi",
        "line 3: region 'eu-west-9' is no region that has EC2, it takes one like eu-west-3",
        "line 3: team '-a' is no name of a team, it takes 2 to 64 letters, digits, dots, underscores or hyphens",
        "line 4: account_id '1.11E+11' is no account id, it takes 12 digits",
        "line 4: emails '@' is no e-mail address; spaces or semicolons stand between two",
        "line 4: emails 'nobody' is no e-mail address; spaces or semicolons stand between two",
        "line 4: region '' is no region that has EC2, it takes one like eu-west-1",
        "line 5: account_id '111122223333' is in line 2 already",
        "line 5: team 'red' is in line 2 already",
        "line 6: it has 6 cells, the header 5; emails take spaces or semicolons between them",
        "line 7: account_id '5' has 1 digit, it takes 12",
        "line 7: region 'EU-WEST-1' is no region that has EC2, it takes one like eu-west-1",
    )


def test_a_team_may_not_have_the_name_that_another_falls_back_on(path: Path) -> None:
    """A team without a name is called by its account."""
    lines = ("444455556666,111122223333,eu-west-1,,", ",444455556666,eu-west-1,,")
    assert faults(path, HEADER, *lines) == ("line 3: team '444455556666' is in line 2 already",)


@pytest.mark.parametrize("header", ["team;account_id;region;emails;language", "", "team,account_id"])
def test_a_header_that_lacks_a_column_names_it(path: Path, header: str) -> None:
    """And says what there should be."""
    lacking = ", ".join(name for name in COLUMNS if name not in header.split(","))
    told = f"line 1: the header lacks {lacking}; it takes {', '.join(COLUMNS)}, with commas between them"
    assert faults(path, header, "red") == (told,)


def test_what_is_no_roster_at_all(path: Path) -> None:
    """No team, a quote that never ends, another encoding."""
    assert faults(path, HEADER) == ("line 1: no team comes after the header: add a line for each",)
    assert faults(path, HEADER, '"red,111122223333') == ("line 2: it is no CSV: unexpected end of data",)
    path.write_bytes(EXAMPLE.encode("utf-16"))
    with pytest.raises(RosterError, match="save it as CSV in UTF-8"):
        read(path)


def test_a_roster_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With the verb that writes one."""
    with pytest.raises(RosterError, match=r"No such file or directory\); `lab event init` writes an example"):
        read(tmp_path / "roster.csv")


def test_no_roster_is_larger_than_an_event(path: Path) -> None:
    """It is told before anybody waits for it."""
    lines = [f",{10**11 + number},eu-west-1,,en" for number in range(MOST_TEAMS + 1)]
    assert faults(path, HEADER, *lines) == (
        "line 1: it has 10,001 teams, and an event takes 10,000: make two events of it",
    )
