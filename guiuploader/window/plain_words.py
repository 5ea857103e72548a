# SPDX-License-Identifier: MIT
"""What the editor calls the keys that are one value each, and what it says of them."""

from guiuploader.window.wording import translate


def label_for(key: str) -> str:
    """Name a key."""
    return _labels()[key]


def help_for(key: str) -> str:
    """Say what a key is for, "" where its name tells."""
    return _helps().get(key, "")


def _labels() -> dict[str, str]:
    return {
        "auth.access_key": translate("editor", "Access key"),
        "auth.secret_key": translate("editor", "Secret key"),
        "auth.session_token": translate("editor", "Session token"),
        "auth.region": translate("editor", "Region"),
        "auth.service": translate("editor", "Service"),
        "reply.link": translate("editor", "Link"),
        "reply.error": translate("editor", "Error text"),
        "reply.success": translate("editor", "Proof of success"),
        "reply.hash": translate("editor", "Hash"),
        "reply.sha256": translate("editor", "SHA-256 it tells"),
        "limits.parallel": translate("editor", "Uploads at once"),
        "limits.starts_per_minute": translate("editor", "Starts per minute"),
        "limits.bytes_per_second": translate("editor", "Bytes per second"),
        "retry.attempts": translate("editor", "Attempts"),
        "retry.repeats_are_safe": translate("editor", "Repeats are safe"),
        "retry.idempotency_key_header": translate("editor", "Idempotency header"),
        "network.proxy": translate("editor", "Proxy"),
        "network.proxy_username": translate("editor", "Proxy user"),
        "network.proxy_password": translate("editor", "Proxy password"),
        "network.verify": translate("editor", "Check identity"),
        "network.ca_file": translate("editor", "Authorities file"),
        "network.client_certificate": translate("editor", "Client certificate"),
        "network.client_key": translate("editor", "Its key"),
        "network.client_key_password": translate("editor", "Key's password"),
        "network.connect_timeout": translate("editor", "Connect timeout"),
        "network.stall_timeout": translate("editor", "Stall timeout"),
        "network.reply_timeout": translate("editor", "Reply timeout"),
        "network.give_up_after": translate("editor", "Give up after"),
        "network.expect_continue": translate("editor", "Ask before sending"),
    }


def _helps() -> dict[str, str]:
    return {
        "auth.secret_key": translate(
            "editor", "{secret:…} names what is asked for once and kept apart, never in the file."
        ),
        "auth.service": translate("editor", "Such as s3."),
        "reply.link": translate(
            "editor",
            "Where the answer names the file: {json:data.link}, {header:Location}. “Try it” finds it.",
        ),
        "reply.error": translate("editor", "What the answer says of a refusal, as {json:error.message}."),
        "reply.success": translate(
            "editor", "For servers that answer 200 to a refusal: comes out empty where it did not work."
        ),
        "reply.hash": translate("editor", "Counted of each file while it is sent."),
        "limits.parallel": translate("editor", "0 is no limit, here and below."),
        "retry.attempts": translate("editor", "How often one file is tried."),
        "retry.repeats_are_safe": translate("editor", "The server stores once what arrives twice."),
        "retry.idempotency_key_header": translate(
            "editor", "A header with the same key at each attempt, such as Idempotency-Key."
        ),
        "network.proxy": translate(
            "editor", "system, none, or an address: http://, socks5:// or socks5h://."
        ),
        "network.proxy_password": translate("editor", "As {secret:proxy}: it is asked for once."),
        "network.verify": translate(
            "editor", "That the server is who it says. Without this anybody between could read the files."
        ),
        "network.ca_file": translate("editor", "In place of the system's own authorities."),
        "network.connect_timeout": translate("editor", "Seconds, here and in the two below."),
        "network.give_up_after": translate(
            "editor", "Such as 72h: how long a server in trouble is waited for."
        ),
        "network.expect_continue": translate(
            "editor", "Whether the server is asked before a large body is sent."
        ),
    }
