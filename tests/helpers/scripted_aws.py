# SPDX-License-Identifier: MIT
"""A security token service and a single sign-on portal on 127.0.0.1, and the files that lead there."""

import datetime as dt
import hashlib
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.helpers.scripted_server import Answer, Request, ScriptedServer
from tests.helpers.scripted_store import ACCESS, REGION, SECRET

GOOD = "sign-on-1"
START_URL = "https://corporate.example/start"
_CONFIG = """
[profile base]
aws_access_key_id = BASE
aws_secret_access_key = base-secret
[profile role]
role_arn = arn:aws:iam::123456789012:role/backup
source_profile = base
region = {region}
services = local
[profile boss]
sso_session = corporate
sso_account_id = 123456789012
sso_role_name = backup
region = {region}
services = local
[profile coded]
role_arn = arn:aws:iam::123456789012:role/backup
mfa_serial = arn:aws:iam::123456789012:mfa/me
source_profile = base
[profile lost]
role_arn = arn:aws:iam::123456789012:role/backup
source_profile = nobody
[profile program]
credential_process = {program}
[sso-session corporate]
sso_start_url = {start}
sso_region = {region}
[services local]
sts =
  endpoint_url = {url}
sso =
  endpoint_url = {url}
sso_oidc =
  endpoint_url = {url}
"""


class ScriptedAws:
    """Gives the scripted store's keys, with another token each time; `lasting` is how many seconds they last.

    `refusal` is the status and code of every answer. `tokens` are those of the sign-on that are good.
    """

    def __init__(self, home: Path) -> None:
        self.lasting = 3600
        self.refusal: tuple[int, str] | None = None
        self.tokens = [GOOD]
        self.server = ScriptedServer(self._answer)
        self.home = home / ".aws"
        self.home.mkdir()
        self.config = self.home / "config"
        program = f"echo {json.dumps(json.dumps(_keys('of-the-program')))}"
        self.config.write_text(
            _CONFIG.format(url=self.server.url, region=REGION, start=START_URL, program=program), "utf-8"
        )
        self.given = 0

    def signed_on(self, token: str = GOOD, *, lasting: int = 3600, refresh: str = "") -> None:
        """Leave what “aws sso login” leaves."""
        cache = self.home / "sso" / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha1(b"corporate", usedforsecurity=False).hexdigest()
        kept = {"startUrl": START_URL, "region": REGION, "accessToken": token, "expiresAt": _time(lasting)}
        if refresh:
            more = {"clientId": "it", "clientSecret": "s", "registrationExpiresAt": _time(10**6)}
            kept |= {"refreshToken": refresh, **more}
        (cache / f"{name}.json").write_text(json.dumps(kept), "utf-8")

    def close(self) -> None:
        """End it."""
        self.server.close()

    def _answer(self, request: Request) -> Answer:
        path = urlsplit(request.target).path
        if path == "/":
            return self._xml()
        if self.refusal:
            return _json(self.refusal[0], {"message": "no"}, self.refusal[1])
        if path == "/token":
            self.tokens = ["sign-on-2"]
            return _json(200, {"accessToken": "sign-on-2", "expiresIn": 3600, "refreshToken": "r2"})
        assert parse_qs(urlsplit(request.target).query)["role_name"] == ["backup"]
        if request.header("x-amz-sso_bearer_token") not in self.tokens:
            return _json(401, {"message": "no"}, "UnauthorizedException")
        self.given += 1
        until = (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.lasting)).timestamp() * 1000
        names = ("accessKeyId", "secretAccessKey", "sessionToken")
        keys = dict(zip(names, (ACCESS, SECRET, f"token-{self.given}"), strict=True))
        return _json(200, {"roleCredentials": {**keys, "expiration": int(until)}})

    def _xml(self) -> Answer:
        if self.refusal:
            status, code = self.refusal
            text = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error>"
            body = f"<ErrorResponse>{text}<RequestId>1</RequestId></ErrorResponse>"
        else:
            self.given += 1
            status = 200
            body = (
                '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>'
                f"<Credentials><AccessKeyId>{ACCESS}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>"
                f"<SessionToken>token-{self.given}</SessionToken><Expiration>{_time(self.lasting)}</Expiration>"
                "</Credentials></AssumeRoleResult></AssumeRoleResponse>"
            )
        return Answer(status=status, headers=(("Content-Type", "text/xml"),), body=body.encode())


def _json(status: int, content: dict[str, object], code: str = "") -> Answer:
    headers = (("Content-Type", "application/json"), *((("x-amzn-errortype", code),) if code else ()))
    return Answer(status=status, headers=headers, body=json.dumps(content).encode())


def _keys(token: str) -> dict[str, object]:
    return {"Version": 1, "AccessKeyId": ACCESS, "SecretAccessKey": SECRET, "SessionToken": token}


def _time(seconds: int) -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
