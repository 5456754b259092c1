"""The fields of a channel that a caller may set: those of a new one, and the patch of an update.

They are declared here and nowhere else: the bodies of HTTP and the data of socket events are these
structs, with what else such a request says. A field's annotation is what the API documents can say
of its rules; the rules themselves are applied by the commands.
"""

from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from domain.channel_name import MAX_NAME_LENGTH, ChannelName
from domain.description import MAX_DESCRIPTION_LENGTH, checked_description

Name: TypeAlias = Annotated[
    str,
    msgspec.Meta(
        description=f"1 to {MAX_NAME_LENGTH} characters after trimming and NFC, no control"
        " characters, unique in its workspace regardless of case",
        extra_json_schema={
            "minLength": 1,
            "maxLength": MAX_NAME_LENGTH,
            "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f]"
            r"[^\u0000-\u001f\u007f-\u009f]*$",
        },
    ),
]
Description: TypeAlias = Annotated[
    str,
    msgspec.Meta(
        extra_json_schema={"maxLength": MAX_DESCRIPTION_LENGTH, "pattern": r"^[^\u0000]*$"}
    ),
]


class NewChannel(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a channel is to be created with; values as they came, rules not yet applied."""

    name: Name
    description: Description | None = None
    is_private: bool = False


class ChannelPatch(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The fields that an update sets; those that are unset stay as they are."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    is_private: bool | UnsetType = UNSET

    def fields(self) -> dict[str, Any]:
        """The fields that are set, with their values."""
        # Not this class's own: a request that is a patch has fields that are none of a channel's.
        names = ChannelPatch.__struct_fields__
        values = {name: getattr(self, name) for name in names}
        return {name: value for name, value in values.items() if value is not UNSET}

    def checked(self) -> "ChannelPatch":
        """The patch as it can be applied, the name trimmed and in NFC. Raises Invalid."""
        name, description = self.name, self.description
        return ChannelPatch(
            name=name if name is UNSET else ChannelName.parse(name).text,
            description=description if description is UNSET else checked_description(description),
            is_private=self.is_private,
        )
