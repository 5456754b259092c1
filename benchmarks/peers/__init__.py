"""What Kanal is measured against: what a user would have written first, and the floors."""
