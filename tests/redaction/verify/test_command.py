"""`python -m redaction verify`: exit 0, or 5 with the failed assertions named; all of them always run."""

from __future__ import annotations

import json

import pytest

from redaction.verify import command
from tests.redaction.verify import forge
from tests.redaction.verify.mutants import MUTANTS


@pytest.fixture
def written(tmp_path):
    def write(output: bytes, report: dict) -> list[str]:
        (tmp_path / "out.pdf").write_bytes(output)
        (tmp_path / "report.json").write_text(json.dumps(report))
        return [str(tmp_path / "out.pdf"), "--plan", str(tmp_path / "report.json")]

    return write


def test_a_sound_output_gives_0(written, capsys):
    output, report = forge.sound().write()

    code = command.main(written(output, report | {"index_key": forge.KEY.hex()}))

    lines = capsys.readouterr().out.splitlines()
    assert (code, len(lines), lines[-1]) == (0, 17, "verified")


@pytest.mark.parametrize("name", ["a_grey_pixel_in_a_box", "a_removed_value_backwards", "an_annotation"])
def test_a_sabotaged_output_gives_5_and_names_the_assertion(name, written, capsys):
    assertion, make = next((a, m) for a, n, m in MUTANTS if n == name)
    output, report, *_ = make()

    code = command.main([*written(output, report | {"index_key": forge.KEY.hex()}), "--json"])

    answer = json.loads(capsys.readouterr().out)
    assert code == 5
    assert answer["failed"] == [assertion]
    assert [row["id"] for row in answer["assertions"]] == [f"V{n}" for n in range(1, 17)]


def test_the_key_may_lie_in_a_file_and_without_any_key_nothing_passes_v6(written, tmp_path, capsys):
    output, report = forge.sound().write()
    (tmp_path / "key").write_text(forge.KEY.hex() + "\n")
    arguments = written(output, report)

    assert command.main([*arguments, "--key-file", str(tmp_path / "key")]) == 0
    assert command.main(arguments) == 5
    assert "refused: V6" in capsys.readouterr().out


def test_a_source_that_is_not_the_recorded_one_is_refused(written, tmp_path, capsys):
    output, report = forge.sound().write()
    (tmp_path / "source.pdf").write_bytes(b"another source")
    arguments = written(output, report | {"index_key": forge.KEY.hex()})

    assert command.main([*arguments, "--source", str(tmp_path / "source.pdf")]) == 5
    assert "V16 fail: another source" in capsys.readouterr().out


@pytest.mark.parametrize("report", ["{", "[]", "null", '{"version": 1}', "[" * 100_000])
def test_a_report_that_is_none_is_refused_and_says_so(report, written, tmp_path, capsys):
    arguments = written(forge.sound().write()[0], {})
    (tmp_path / "report.json").write_text(report)

    assert command.main(arguments) == 5
    assert "refused: " in capsys.readouterr().out


def test_a_missing_output_is_refused(tmp_path, capsys):
    assert command.main([str(tmp_path / "no.pdf"), "--plan", str(tmp_path / "no.json")]) == 5
    assert capsys.readouterr().err.startswith("no.json: No such file")


def test_without_a_plan_it_is_a_usage_error():
    with pytest.raises(SystemExit) as ended:
        command.main(["out.pdf"])
    assert ended.value.code == 2
