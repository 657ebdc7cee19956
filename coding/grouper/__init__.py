"""MS-DRG grouping and Medicare code editing: the one adapter over the grouping library."""
