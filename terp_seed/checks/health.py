"""The health check: whether the application reports that it is healthy, at a URL that the user gives.

It sends one request with a total timeout of a few seconds, and contacts no other host: no redirect is followed there, and no
proxy is used.
"""

import json
import threading
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.parse import urlsplit

from terp_seed.checks.verification import CheckResult
from terp_seed.errors import BadSetting

CHECK = "application: healthy"
_SECONDS = 5.0
_MOST_BYTES = 65_536
_EXPECTED = 'expected {"status": "healthy"}'


def check_health(url: str, seconds: float = _SECONDS) -> CheckResult:
    """Request the URL and return the check. Raises BadSetting if it is not an HTTP URL."""
    require_address(url)
    answer = [f"no answer within {seconds:g} seconds: {_EXPECTED}"]

    def ask() -> None:
        answer[0] = _wrong(url, seconds) or ""

    # a socket's timeout restarts with each byte, and name resolution has none: joining the thread limits the total
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    return CheckResult(CHECK, not answer[0], answer[0] or "holds")


def require_address(url: str) -> None:
    """Raise BadSetting if the text is not an HTTP URL, or contains a user name."""
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and parts.hostname and not parts.username and (parts.port or 1) > 0
    except ValueError:
        is_address = False
    if not is_address or not url.isascii() or any(letter.isspace() for letter in url):
        raise BadSetting("--health-url is not a usable URL: expected http:// or https://, a host and no password.")


class _SameHostOnly(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        before, after = urlsplit(req.full_url), urlsplit(newurl)
        if (before.scheme, before.netloc) != (after.scheme, after.netloc):
            raise urllib.error.URLError(f"it redirects to {after.scheme}://{after.netloc}, which was not requested")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _wrong(url: str, seconds: float) -> str | None:
    """Return what is wrong with the answer, or None."""
    opener = urllib.request.build_opener(_SameHostOnly, urllib.request.ProxyHandler({}))  # the host itself, whatever *_proxy say
    request = urllib.request.Request(url, headers={"Accept": "application/json", "User-Agent": "terp-seed"})
    try:
        with opener.open(request, timeout=seconds) as response:
            body = response.read(_MOST_BYTES)
    except urllib.error.HTTPError as error:
        error.close()
        return f"the answer was {error.code} {error.reason}: {_EXPECTED}"
    except TimeoutError:
        return f"no answer within {seconds:g} seconds: {_EXPECTED}"
    except (OSError, HTTPException) as error:
        return f"{getattr(error, 'reason', None) or error or type(error).__name__}: {_EXPECTED}"
    try:
        status = json.loads(body)["status"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return f"the answer has no JSON with a status: {_EXPECTED}"
    return None if status == "healthy" else f"the status is {status!r:.100}: {_EXPECTED}"
