# SPDX-License-Identifier: MIT
"""Everything it takes to ask one bucket: where it is, whose keys, by which way."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from guiuploader.network.proxies import Proxy
from guiuploader.sources.store_address import StoreAddress
from guiuploader.sources.store_connection import FORMAT, ConnectionLibrary, Named, StoreConnection
from guiuploader.sources.store_keys import StoreKeys, proxy_for, revealed, s3_keys
from guiuploader.values.errors import ErrorCode, SourceError
from guiuploader.values.secrets import SecretStore


@dataclass(frozen=True, slots=True)
class Access:
    """One bucket and how to ask it; `config` is what obstore wants to know of the store.

    `url` is the bucket's own address where the kind is “s3”. `keys` are empty for other kinds.
    """

    kind: str
    bucket: str
    url: str
    keys: StoreKeys
    config: tuple[tuple[str, str | bool], ...] = field(repr=False)
    proxy: Proxy | None
    ca_file: str

    @property
    def host(self) -> str:
        """The server's name."""
        return urlsplit(self.url).hostname or ""


_NO_KEYS = StoreKeys("", "", "", "", "")
_SERVERS = {"google": "https://storage.googleapis.com", "azure": "https://{account}.blob.core.windows.net"}


def named_for(address: StoreAddress, library: ConnectionLibrary) -> Named:
    """Return the connection that an address means. Raises SourceError.

    Without a name that is the one called as the scheme is, else one that says nothing: all comes from the
    environment then.
    """
    if address.connection:
        named = library.get(address.connection)
    else:
        account = os.environ.get("AZURE_STORAGE_ACCOUNT", "") if address.kind == "azure" else ""
        usual = StoreConnection(format=FORMAT, kind=address.kind, account=account)  # type: ignore[arg-type] # one of the three
        named = library.find(address.scheme) or Named(address.scheme, usual)
    if named.connection.kind != address.kind:
        reason = f"is “{named.connection.kind}”, and the address begins with {address.scheme}://"
        raise SourceError(ErrorCode.STORE_INVALID, connection=named.name, key="kind", reason=reason)
    return named


def access(
    address: StoreAddress, library: ConnectionLibrary, secrets: SecretStore, *, signs_in: bool = True
) -> Access:
    """Return what it takes to ask an address's bucket, by masked keys where to get them is not wanted.

    Raises SourceError.
    """
    return access_by(named_for(address, library), address.bucket, secrets, signs_in=signs_in)


def access_by(named: Named, bucket: str, secrets: SecretStore, *, signs_in: bool = True) -> Access:
    """Return what it takes to ask a bucket by a connection, or an S3 store itself where that is "".

    Raises SourceError.
    """
    given = named.connection
    if given.kind == "s3":
        keys, url, config = _s3(named, bucket, s3_keys(named, secrets, signs_in=signs_in))
    else:
        keys, url, config = _OTHERS[given.kind](named, bucket, secrets)
    proxy = proxy_for(named, url)
    return Access(given.kind, bucket, url, keys, tuple(sorted(config.items())), proxy, given.ca_file)


_Parts = tuple[StoreKeys, str, dict[str, str | bool]]


def _s3(named: Named, bucket: str, keys: StoreKeys) -> _Parts:
    style = named.connection.style or ("path" if keys.endpoint else "host")
    endpoint = (keys.endpoint or f"https://s3.{keys.region}.amazonaws.com").rstrip("/")
    if (
        style == "host" and bucket and "." not in bucket
    ):  # a certificate covers one name before the host, not two
        parts = urlsplit(endpoint)
        endpoint = url = parts._replace(netloc=f"{bucket}.{parts.netloc}").geturl()
    else:
        style, url = "path", f"{endpoint}/{bucket}"
    config: dict[str, str | bool] = {
        "region": keys.region,
        "endpoint": endpoint,
        "aws_endpoint_url_s3": endpoint,  # else one in the environment would go before it
        "virtual_hosted_style_request": style == "host",
        "skip_signature": not keys.access_key,
    }
    if keys.access_key:
        config |= {"access_key_id": keys.access_key, "secret_access_key": keys.secret_key}
    if keys.session_token:
        config["session_token"] = keys.session_token
    return keys, url, config


def _google(named: Named, bucket: str, _: SecretStore) -> _Parts:
    given = named.connection
    endpoint = given.endpoint.rstrip("/") or _SERVERS["google"]
    config: dict[str, str | bool] = {"skip_signature": given.anonymous}
    if given.endpoint:
        config["base_url"] = endpoint
    if not given.anonymous:
        file = given.service_account or os.environ.get("GOOGLE_APPLICATION_CREDENTIALS", "")
        if not file or not Path(file).expanduser().is_file():
            reason = "service_account names no file, and neither does GOOGLE_APPLICATION_CREDENTIALS."
            raise SourceError(ErrorCode.STORE_NO_KEYS, connection=named.name, reason=reason)
        config["service_account"] = str(Path(file).expanduser())
    return _NO_KEYS, f"{endpoint}/{bucket}", config


def _azure(named: Named, bucket: str, secrets: SecretStore) -> _Parts:
    given = named.connection
    endpoint = given.endpoint.rstrip("/") or _SERVERS["azure"].format(account=given.account)
    config: dict[str, str | bool] = {
        "account_name": given.account,
        "endpoint": endpoint,
        "skip_signature": given.anonymous,
    }
    key = revealed(named, given.secret_key, secrets) or os.environ.get("AZURE_STORAGE_KEY", "")
    sas = revealed(named, given.sas, secrets) or os.environ.get("AZURE_STORAGE_SAS_TOKEN", "")
    if not given.account or not (key or sas or given.anonymous):
        reason = "It needs an account, and secret_key or sas."
        raise SourceError(ErrorCode.STORE_NO_KEYS, connection=named.name, reason=reason)
    if not given.anonymous:
        config |= {"account_key": key} if key else {"sas_key": sas}
    return _NO_KEYS, f"{endpoint}/{bucket}", config


_OTHERS = {"google": _google, "azure": _azure}
