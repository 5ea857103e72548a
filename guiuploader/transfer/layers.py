# SPDX-License-Identifier: MIT
"""Which of the programs between us and the application gave an answer, and what it usually takes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from guiuploader.transfer.receipt import Reply

_MB = 1000 * 1000
_MIB = 1024 * 1024

# Statuses that servers and gateways give by themselves more often than the applications behind them.
_OWN_STATUSES = frozenset({408, 411, 413, 414, 431, 501, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Layer:
    """A program by its name; `usual_limit` is the largest body, in bytes, that it usually takes."""

    name: str
    usual_limit: int | None = None


# Headers that a layer sets only on answers of its own.
_BY_HEADER: Mapping[str, Layer] = {
    "x-amzn-errortype": Layer("Amazon API Gateway", 10 * _MB),
    "x-vercel-error": Layer("Vercel", 4_500_000),
    "x-squid-error": Layer("the proxy Squid"),
}

# How the Server header begins.
_BY_SERVER: Mapping[str, Layer] = {
    "nginx": Layer("nginx", _MIB),
    "openresty": Layer("nginx (OpenResty)", _MIB),
    "cloudflare": Layer("Cloudflare", 100 * _MB),
    "cloudfront": Layer("Amazon CloudFront"),
    "awselb": Layer("Amazon's load balancer"),
    "google frontend": Layer("Google Cloud", 32 * _MIB),
    "microsoft-iis": Layer("IIS", 30_000_000),
    "microsoft-httpapi": Layer("IIS", 30_000_000),
    "kestrel": Layer("Kestrel", 30_000_000),
    "apache": Layer("Apache"),
    "caddy": Layer("Caddy"),
    "varnish": Layer("Varnish"),
    "gunicorn": Layer("gunicorn"),
}

# How the pages look that a layer writes itself, whatever the status.
_BY_PAGE: Mapping[str, Layer] = {
    r"<center>(?:<h1>[^<]*</h1></center>\s*<hr><center>)?nginx": _BY_SERVER["nginx"],
    r"<center>openresty": _BY_SERVER["openresty"],
    r"<center>cloudflare": _BY_SERVER["cloudflare"],
    r"<address>Apache": _BY_SERVER["apache"],
}


def answering(reply: Reply) -> Layer | None:
    """Return the layer that an answer comes from, None where it may well be the application itself.

    The Server header alone does not tell: a proxy puts its own name on every answer that it passes on. So
    besides it counts only where the status is typical of a layer and the answer is no JSON of an application.
    """
    headers = reply.lower_headers()
    for name, layer in _BY_HEADER.items():
        if name in headers:
            return layer
    for page, layer in _BY_PAGE.items():
        if re.search(page, reply.body[:4096], re.IGNORECASE):
            return layer
    if reply.status not in _OWN_STATUSES or "json" in headers.get("content-type", ""):
        return None
    server = headers.get("server", "").lower()
    found = next((layer for begin, layer in _BY_SERVER.items() if server.startswith(begin)), None)
    if found is None and headers.get("x-powered-by", "").lower().startswith("php"):
        return Layer("PHP", 8 * _MIB)
    return found
