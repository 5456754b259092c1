"""What survives: real processes, real faults, and the promises checked from what was seen."""
