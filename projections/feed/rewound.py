"""What a reader is told who cannot see for themselves that the log was rewound: that what they were
told beyond a position may be gone."""

import msgspec

from persistence.log.epochs import Lineage
from projections.feed.encoded import EncodedEvent
from projections.feed.events import LogRewoundEvent, RewoundData
from projections.feed.told import SHAPE
from projections.representations import rfc3339

REWOUND = "log.rewound"


def rewound(lineage: Lineage, position: int) -> EncodedEvent:
    """That the log goes on as it is now, and has what was told up to a position."""
    event = LogRewoundEvent(
        specversion="1.0",
        id=f"{lineage.log_id}:rewound",
        source=f"urn:uuid:{lineage.epochs[0].id}",
        time=rfc3339(lineage.epochs[-1].began_at),
        datacontenttype="application/json",
        dataschema=f"urn:kanal:{REWOUND}:{SHAPE}",
        data=RewoundData(lineage.log_id, position),
    )
    return EncodedEvent(position, REWOUND, msgspec.json.encode(event), event.id, subject="")
