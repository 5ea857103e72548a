# SPDX-License-Identifier: MIT
"""Whose word on a server's identity counts, and how we prove our own to it."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path

import truststore
from urllib3.util.ssl_ import create_urllib3_context

from guiuploader.values.errors import DestinationError, ErrorCode


@dataclass(frozen=True, slots=True)
class Trust:
    """What a destination says about certificates; in its paths a leading “~” stands for the home.

    Without `ca_file` the authorities are those that the operating system trusts. An empty `client_key` means
    that the key stands in the file of the certificate.
    """

    verify: bool = True
    ca_file: str = ""
    client_certificate: str = ""
    client_key: str = ""
    client_key_password: str = field(default="", repr=False)


def context(trust: Trust, *, destination: str) -> ssl.SSLContext:
    """Return a TLS context that does what `trust` says.

    On Linux the system's authorities are those that OpenSSL finds, where SSL_CERT_FILE or SSL_CERT_DIR may
    have moved them. Raises DestinationError naming the key whose file cannot be used: found out later it
    would look like a mistake of the server.
    """
    made = _authorities(trust, destination)
    if trust.client_certificate:
        _prove_ourselves(made, trust, destination)
    return made


def _authorities(trust: Trust, destination: str) -> ssl.SSLContext:
    if not trust.verify:
        return create_urllib3_context(cert_reqs=ssl.CERT_NONE)
    if not trust.ca_file:
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    path = _readable(trust.ca_file, "ca_file", destination)
    try:
        made.load_verify_locations(path)
    except (OSError, ValueError) as error:
        reason = f"“{trust.ca_file}” holds no certificate in PEM form"
        raise _unusable("ca_file", reason, destination) from error
    return made


def _prove_ourselves(made: ssl.SSLContext, trust: Trust, destination: str) -> None:
    certificate = _readable(trust.client_certificate, "client_certificate", destination)
    key = _readable(trust.client_key, "client_key", destination) if trust.client_key else None
    # Some servers ask only when they know which path is wanted (RFC 8446, section 4.6.2).
    made.post_handshake_auth = True
    try:
        # A password is always given, empty or not: without one OpenSSL would ask for it on the terminal.
        made.load_cert_chain(certificate, key, trust.client_key_password)
    except (OSError, ValueError) as error:
        raise _unusable(*_why_no_proof(error, trust, key or certificate), destination) from error


def _why_no_proof(error: Exception, trust: Trust, key: Path) -> tuple[str, str]:
    """Return which of the three keys is at fault, and why; OpenSSL itself hardly says."""
    if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
        return "client_key", "does not belong to the certificate"
    text = key.read_bytes()
    if b"ENCRYPTED" in text:
        return "client_key_password", "is missing or does not open the key"
    if b"PRIVATE KEY" not in text:
        name = "client_key" if trust.client_key else "client_certificate"
        return name, f"“{trust.client_key or trust.client_certificate}” holds no private key in PEM form"
    return "client_certificate", f"“{trust.client_certificate}” holds no certificate in PEM form"


def _readable(file: str, key: str, destination: str) -> Path:
    try:
        path = Path(file).expanduser()
        with path.open("rb"):
            return path
    except (OSError, RuntimeError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else None
        reason = f"“{file}” cannot be read ({said or 'no such path'})"
        raise _unusable(key, reason, destination) from error


def _unusable(key: str, reason: str, destination: str) -> DestinationError:
    return DestinationError(
        ErrorCode.DESTINATION_INVALID, destination=destination, key=f"network.{key}", reason=reason
    )
