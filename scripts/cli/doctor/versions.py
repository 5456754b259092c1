"""The versions: of Kanal, of Python, and whether the libraries are those with which it was made."""

import platform
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from scripts.cli.doctor.finding import Finding, fault, ok


def check_versions() -> list[Finding]:
    """What Kanal overrides in its libraries holds for some of their versions alone."""
    wrong, count = [], 0
    for text in requires("kanal") or ():
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        count += 1
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            found = "not there"
        if found == "not there" or not requirement.specifier.contains(found, prereleases=True):
            wrong.append(f"{requirement.name} {found}, needed {requirement.specifier}")
    here = f"Kanal {version('kanal')}, Python {platform.python_version()}"
    if wrong:
        return [
            fault(
                "versions",
                f"{here}: {'; '.join(wrong)}",
                "install Kanal anew in an environment of its own",
            )
        ]
    return [ok("versions", f"{here}, and {count} libraries as it needs them")]
