"""What people decide about units, and what that makes of a unit's state."""
