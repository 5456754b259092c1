"""Kanal of a version to come, whose channel list has a column more: its command line."""

from persistence.read_models.models import ReadModel
from projections.channel_list.projection import ChannelListProjection
from scripts import kanal

ChannelListProjection.model = ReadModel("channels", version=2)
ChannelListProjection.tables += "ALTER TABLE channel_list ADD COLUMN topic text;"

if __name__ == "__main__":
    kanal.main()
