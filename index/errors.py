"""What an index refuses, and what can be wrong with a snapshot of one."""


class BadVectors(ValueError):
    """Vectors of a wrong shape, type or length: the index was not changed."""


class BadIds(ValueError):
    """Ids that are known already, repeated, negative or not integers: the index was not changed."""


class UnknownIds(KeyError):
    """Vectors were asked for ids that the index does not hold."""


class SnapshotError(Exception):
    """A snapshot that cannot be used: rebuild the index from the stored vectors."""


class SnapshotMissing(SnapshotError):
    """No snapshot was ever written to this folder."""


class SnapshotStale(SnapshotError):
    """The snapshot is whole, but was made of another model or another state of the records."""


class SnapshotDamaged(SnapshotError):
    """The snapshot is incomplete, was altered, or has a format this version does not read."""
