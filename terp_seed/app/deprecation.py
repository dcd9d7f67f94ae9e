"""The deprecations: what is said to whoever still comes by an old way, since when it is one, and until when it works.

A person reads it on standard error, whatever Python's warning filters are; a program finds a DeprecationWarning.
"""

import sys
import warnings

SKIP_SEEDING = "SKIP_SEEDING is deprecated. Use terp-seed instead."


def deprecated(message: str, *, since: str, until: str, stacklevel: int = 1) -> None:
    """Say that an old way is deprecated since a version, and goes with another.

    `stacklevel` is that of `warnings.warn`, called here. At the default Python blames this module and shows nothing, so that
    who runs a script does not read it twice.
    """
    print(message, file=sys.stderr)
    full = f"{message} It is deprecated since {since}, and goes with {until}."
    warnings.warn(full, DeprecationWarning, stacklevel=stacklevel)
