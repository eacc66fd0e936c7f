"""Two processes of four threads each do the same thing at the same moment."""

import json
from collections import Counter

from tests.records.installation import Installation


def race(installation: Installation, name: str, turns: int) -> list[int]:
    runners = [installation.start("race", name, str(turns)) for _turn in range(2)]
    for runner in runners:
        assert runner.stdout
        line = runner.stdout.readline()
        assert line == "ready\n", line + runner.stdout.read()
    for runner in runners:
        assert runner.stdin
        runner.stdin.write("go\n")
        runner.stdin.flush()
    told = [runner.communicate(timeout=120)[0].splitlines()[-1] for runner in runners]
    return [each for line in told for each in json.loads(line)]


def test_no_job_is_claimed_twice(installation: Installation):
    installation.python("[services.enqueue(tasks.note, 'x') for _turn in range(60)]")
    claimed = race(installation, "claim", 4)
    assert len(claimed) == len(set(claimed)) == 60


def test_numbers_have_no_gap_and_no_twin_although_every_third_is_given_back(installation: Installation):
    assert sorted(race(installation, "number", 60)) == list(range(1, 81))


def test_every_try_is_counted(installation: Installation):
    assert sorted(race(installation, "hit", 50)) == list(range(1, 101))


def test_one_key_is_one_job(installation: Installation):
    assert len(set(race(installation, "enqueue", 20))) == 1


LOG_MUCH = """
from django.db import transaction
with transaction.atomic():
    [services.log('records.backup_made') for _turn in range(5000)]
"""


def test_every_entry_gets_one_seal(installation: Installation):
    installation.python(LOG_MUCH)
    sealed = race(installation, "seal", 4)
    assert Counter(sealed)[2000] == 2
    assert sum(sealed) == 5000
    assert "5000 entries, 3 seals, 0 breaks" in installation.manage("verify_audit")
