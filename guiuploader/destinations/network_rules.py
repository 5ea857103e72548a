# SPDX-License-Identifier: MIT
"""How a server may be reached: times, certificates and proxies that belong together."""

from pathlib import Path
from urllib.parse import urlsplit

from guiuploader.destinations.destination import Network
from guiuploader.destinations.names import CONTROL
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.sign_in_rules import ONE_SECRET
from guiuploader.values.durations import seconds_of

# Seconds; an hour for what a network does, a day for what a server may have to work through.
_LONGEST_TIMEOUTS = {"connect_timeout": 3600, "stall_timeout": 3600, "reply_timeout": 86400}


def check_network(network: Network) -> None:
    """Check the table [network]. Raises RuleBroken."""
    _check_times(network)
    for key in ("ca_file", "client_certificate", "client_key"):
        path = getattr(network, key)
        if CONTROL.search(path):
            raise RuleBroken(f"network.{key}", "must not hold control characters")
        if path and not (Path(path).is_absolute() or path.startswith("~/")):
            raise RuleBroken(f"network.{key}", "must be a whole path, beginning at the root or with “~/”")
    for key in ("client_key", "client_key_password"):
        if getattr(network, key) and not network.client_certificate:
            raise RuleBroken(f"network.{key}", "is of no use without client_certificate")
    for key in ("client_key_password", "proxy_password"):
        if getattr(network, key) and not ONE_SECRET.fullmatch(getattr(network, key)):
            raise RuleBroken(
                f"network.{key}", f"must be a secret; write “{{secret:{key.replace('_', '-')}}}”"
            )
    _check_proxy(network)


def _check_times(network: Network) -> None:
    for key, longest in _LONGEST_TIMEOUTS.items():
        if not 0 < getattr(network, key) <= longest:
            raise RuleBroken(f"network.{key}", f"must be between 0 and {longest} seconds")
    try:
        seconds_of(network.give_up_after)
    except ValueError as error:
        raise RuleBroken("network.give_up_after", str(error)) from error


def _check_proxy(network: Network) -> None:
    if network.proxy_password and not network.proxy_username:
        raise RuleBroken("network.proxy_username", "is needed beside proxy_password")
    if "{" in network.proxy_username and not ONE_SECRET.fullmatch(network.proxy_username):
        raise RuleBroken("network.proxy_username", "must be a plain name or one “{secret:…}”")
    if ":" in network.proxy_username and "{" not in network.proxy_username:
        raise RuleBroken("network.proxy_username", "must not hold a “:”, which parts it from the password")
    if network.proxy in {"system", "none"}:
        return
    try:
        parts = urlsplit(network.proxy)
        port = parts.port
    except ValueError as error:
        raise RuleBroken("network.proxy", f"is not an address ({error})") from error
    if parts.scheme not in {"http", "socks5", "socks5h"}:
        raise RuleBroken(
            "network.proxy", "must be “system”, “none” or start with http://, socks5:// or socks5h://"
        )
    if "@" in parts.netloc:
        raise RuleBroken(
            "network.proxy", "must not hold a user or password; use proxy_username and proxy_password"
        )
    if not parts.hostname or not port:
        raise RuleBroken("network.proxy", "must name a host and its port, as in http://proxy.example:3128")
    if parts.path.strip("/") or parts.query or parts.fragment or CONTROL.search(network.proxy):
        raise RuleBroken("network.proxy", "must end with the port")
