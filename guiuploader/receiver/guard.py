# SPDX-License-Identifier: MIT
"""Keep web pages out.

A page in a person's browser can send requests to 127.0.0.1. The browser tells where they come from: a rebound
DNS name stands in Host, another site in Origin or Sec-Fetch-Site. Programs send our address as Host, no more.
"""

from email.message import Message
from http import HTTPStatus

from .refusal import Refusal

_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
_HTTP_PORT = 80


def own_hosts(port: int) -> frozenset[str]:
    """Return each Host value under which this server may be addressed."""
    hosts = {f"{name}:{port}" for name in _LOOPBACK_NAMES}
    if port == _HTTP_PORT:
        hosts.update(_LOOPBACK_NAMES)  # clients leave the default port out
    return frozenset(hosts)


def refuse_strangers(headers: Message, hosts: frozenset[str]) -> None:
    """Raise a 403 Refusal unless Host, Origin and Sec-Fetch-Site all say that no foreign page is asking."""
    named = headers.get_all("Host", [])
    if len(named) != 1 or named[0].strip().lower() not in hosts:
        raise Refusal(HTTPStatus.FORBIDDEN, "This receiver answers only to its own loopback address as Host.")
    origins = {f"http://{host}" for host in hosts}
    if any(origin.strip().lower() not in origins for origin in headers.get_all("Origin", [])):
        raise Refusal(HTTPStatus.FORBIDDEN, "This receiver takes nothing from pages of another origin.")
    if any(site.strip() not in {"none", "same-origin"} for site in headers.get_all("Sec-Fetch-Site", [])):
        raise Refusal(HTTPStatus.FORBIDDEN, "This receiver takes nothing that another site's page sends.")
