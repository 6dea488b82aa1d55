"""What a forecast costs: the command on six channels over three days, and 500 campaigns in one process.

Goals: `launchguard forecast` under 1 s, beside `python -c "import numpy"`; 500 campaigns under 20 s.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 9
CAMPAIGNS = 500
MANIFEST = """\
launchguard: 1
name: Campaign {number}
launch: 2027-03-01 09:{minute:02} Europe/Madrid
ends: 2027-03-04 09:00 Europe/Madrid
pages:
  - url: https://shop.example.com/{number}
channels:
  - email: {{recipients: 500_000, click_rate: 2%, send_over: 20m}}
  - push: {{devices: 300_000, platform: ios, at: +30m}}
  - tv: {{responders: 3_000, spot: 30s, at: "2027-03-01 21:04"}}
  - social: {{visits: 8_000}}
  - search: {{clicks_per_day: 40_000}}
  - sms: {{recipients: 20_000, at: +26h}}
baseline: 3/s
"""


def seconds(command: list[str]) -> float:
    """Wall time of one whole process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def one_command(folder: Path) -> None:
    """Print the medians and the ratio of both commands, run in turn."""
    manifest = folder / "campaign.yml"
    manifest.write_text(MANIFEST.format(number=0, minute=0), encoding="utf-8")
    commands = {
        "python -c 'import numpy'": [sys.executable, "-c", "import numpy"],
        "launchguard forecast": [sys.executable, "-m", "launchguard", "forecast", str(manifest)],
    }
    for command in commands.values():
        seconds(command)
    rounds = [{name: seconds(command) for name, command in commands.items()} for _ in range(ROUNDS)]
    for name in commands:
        ratios = [one[name] / one["python -c 'import numpy'"] for one in rounds]
        middle = statistics.median(one[name] for one in rounds)
        print(f"{name:26} {middle:6.2f} s  {statistics.median(ratios):.2f} x ({min(ratios):.2f}-{max(ratios):.2f})")


def many_campaigns(folder: Path) -> None:
    """Load and forecast all campaigns, and print how long both took."""
    from launchguard.forecast import forecast_campaign
    from launchguard.manifest import load_manifest

    paths = []
    for number in range(CAMPAIGNS):
        paths.append(folder / f"{number}.yml")
        paths[-1].write_text(MANIFEST.format(number=number, minute=number % 60), encoding="utf-8")
    start = time.perf_counter()
    campaigns = [load_manifest(path).campaign for path in paths]
    loaded = time.perf_counter()
    for campaign in campaigns:
        forecast_campaign(campaign)
    done = time.perf_counter()
    parts = f"load {loaded - start:.2f}, forecast {done - loaded:.2f}"
    print(f"{f'{CAMPAIGNS} campaigns':26} {done - start:6.2f} s  ({parts})")


def main() -> None:
    """Run both measurements."""
    with tempfile.TemporaryDirectory() as name:
        one_command(Path(name))
        many_campaigns(Path(name))


if __name__ == "__main__":
    main()
