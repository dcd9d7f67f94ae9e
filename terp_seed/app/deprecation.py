"""The deprecations: warnings about old entry points, with the versions that deprecated and will remove them.

A person sees the message on standard error regardless of Python's warning filters; a program gets a DeprecationWarning.
"""

import sys
import warnings

SKIP_SEEDING = "SKIP_SEEDING is deprecated. Use terp-seed instead."


def deprecated(message: str, *, since: str, until: str, stacklevel: int = 1) -> None:
    """Print a deprecation message and issue a DeprecationWarning with the versions.

    `stacklevel` is passed to `warnings.warn`. The default attributes the warning to this module, where Python hides it, so that
    the user of a script does not see the message twice.
    """
    print(message, file=sys.stderr)
    full = f"{message} It has been deprecated since {since} and will be removed in {until}."
    warnings.warn(full, DeprecationWarning, stacklevel=stacklevel)
