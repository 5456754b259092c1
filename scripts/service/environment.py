"""The settings of the environment: the variables KANAL_*, all checked before anything starts."""

import os
from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from domain.identifiers import has_lone_surrogate
from scripts.service.service_links import passed_over
from scripts.service.setting_files import SUFFIX, FileError, read_setting
from scripts.service.settings import Settings, SettingsError

_KNOWN = {f"KANAL_{name.upper()}": name for name in Settings.model_fields}


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of the environment.

    Raises SettingsError with all that is wrong: names KANAL_* that are unknown, files that cannot
    be read, values that do not parse, and only where there is nothing of that, values that do not
    go together.
    """
    links = set(passed_over(environment))
    environment = {name: value for name, value in environment.items() if name not in links}
    problems = [*_unknown(environment)]
    given: dict[str, str] = {}
    for name, field in _KNOWN.items():
        try:
            value = read_setting(environment, name)
        except FileError as error:
            problems.append(str(error))
        else:
            if value is not None and has_lone_surrogate(value):
                problems.append(f"{name} is not UTF-8")
            elif value is not None:
                given[field] = value
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        problems += _in_words(error, is_alone=not problems)
    else:
        if not problems:
            return settings
    raise SettingsError(*problems)


def _unknown(environment: Mapping[str, str]) -> Iterator[str]:
    names = ", ".join(sorted(_KNOWN))
    for name in sorted(environment):
        if name.upper().startswith("KANAL_") and name.removesuffix(SUFFIX) not in _KNOWN:
            yield f"unknown setting {name}; known are {names}, and each with {SUFFIX}"


def _in_words(error: ValidationError, *, is_alone: bool) -> Iterator[str]:
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        message = problem["msg"].removeprefix("Value error, ")
        if problem["loc"]:
            yield f"KANAL_{str(problem['loc'][0]).upper()}: {message}"
        elif is_alone:  # else what does not go with a value may be one that could not be read
            yield message
