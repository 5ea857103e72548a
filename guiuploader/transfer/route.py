# SPDX-License-Identifier: MIT
"""How a destination's server is reached: its `[network]` table with the secrets filled in."""

from guiuploader.destinations.destination import Destination
from guiuploader.network.proxies import ProxySetting, choose
from guiuploader.network.session import Route
from guiuploader.network.trust import Trust
from guiuploader.transfer.filler import compiled
from guiuploader.values.functions import RequestScope


def route(destination: Destination, url: str, scope: RequestScope) -> Route:
    """Return the way to this URL. Raises DestinationError for a secret or a proxy that cannot be had."""
    network = destination.network

    def filled(text: str) -> str:
        return compiled(text).fill(scope) if text else ""

    setting = ProxySetting(network.proxy, filled(network.proxy_username), filled(network.proxy_password))
    return Route(
        destination=destination.name,
        connect_timeout=network.connect_timeout,
        stall_timeout=network.stall_timeout,
        reply_timeout=network.reply_timeout,
        trust=Trust(
            verify=network.verify,
            ca_file=network.ca_file,
            client_certificate=network.client_certificate,
            client_key=network.client_key,
            client_key_password=filled(network.client_key_password),
        ),
        proxy=choose(setting, url, destination=destination.name),
        expect_continue=network.expect_continue,
    )
