"""When the times of a file can be trusted: equal size, times and inode save reading a file, but never replace it."""

from __future__ import annotations

from typing import Final

#: A file system's clock ticks: what is written after a file was read may leave its time as it was. The longest tick
#: of those in use is 10 ms; where times are in whole seconds (FAT), it is up to two seconds.
_TICK_NS: Final = 50_000_000
_LONG_TICK_NS: Final = 2_500_000_000
_SECOND: Final = 1_000_000_000


def is_settled(mtime_ns: int, ctime_ns: int, now_ns: int) -> bool:
    """Whether a file with these times that is read at ``now_ns`` (nanoseconds since 1970) and looks the same later
    is the same: it was not changed just before."""
    is_coarse = not (mtime_ns % _SECOND and ctime_ns % _SECOND)
    return now_ns - max(mtime_ns, ctime_ns) > (_LONG_TICK_NS if is_coarse else _TICK_NS)
