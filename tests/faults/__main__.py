"""`python -m tests.faults --jobs 200 --seed 1`: run a campaign, print its table, and fail if anything was lost."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import cast, get_args

import click

from tests.faults import report
from tests.faults.campaign import Campaign
from tests.faults.databases import Name
from tests.faults.installation import installation
from tests.faults.invariants import judge
from tests.faults.plan import WISHES_PER_FAULT, make_plan


@click.command()
@click.option("--jobs", default=200, show_default=True)
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same requests and the same faults.")
@click.option("--every", default=WISHES_PER_FAULT, show_default=True, help="Requests between two faults.")
@click.option("--database", type=click.Choice(get_args(Name)), default="sqlite", show_default=True)
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), help="Where figures go.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Folder for logs and data, kept.")
def main(*, jobs: int, seed: int, every: int, database: str, json_path: Path | None, keep: Path | None) -> None:
    """Kill the product's processes again and again, and see that nothing is lost, doubled or shown unfiltered."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = (keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        with installation(folder, cast(Name, database)) as place:
            campaign = Campaign(place, make_plan(seed, jobs, every), lambda line: click.echo(line, err=True))
            incidents = campaign.run()
            verdict = judge(campaign)
            given = {"database": database, "seed": seed, "requests_per_fault": every}
            found = report.as_json(campaign, incidents, verdict, given)
            found["took_s"] = round(time.monotonic() - began, 1)
    report.show(found)
    if json_path:
        json_path.write_text(json.dumps(found, indent=2) + "\n")
    sys.exit(not verdict.holds)


if __name__ == "__main__":
    main()
