# SPDX-License-Identifier: MIT
"""What is said when moto, an S3 server that others wrote, says no; it checks who asks, and what he may."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from guiuploader.sources.object_store import StoreObject, take_in_objects
from guiuploader.sources.store_address import parse_address
from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.stores import Stores
from guiuploader.values.errors import Problem
from guiuploader.values.explanations import explain
from guiuploader.values.secrets import SecretStore, no_keychain
from tests.helpers.upload_server import free_port, running

POLICY = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",'
    ' "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}]}'
)
WRITING = POLICY.replace('"s3:GetObject"', '"s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts"')
REQUESTS = 11  # that nobody need sign: those which set the scene


class Scene:
    """A bucket with one object, and the keys of one who may read it, one who may write, and a stranger."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._asked = 0
        self._ask("s3", "PUT", "/bucket")
        self._ask("s3", "PUT", "/bucket/a/b.txt", b"hello")
        self.keys = {name: self._user(name) for name in ("reader", "writer", "stranger")}
        self._iam(Action="PutUserPolicy", UserName="reader", PolicyName="read", PolicyDocument=POLICY)
        self._iam(Action="PutUserPolicy", UserName="writer", PolicyName="write", PolicyDocument=WRITING)
        self._ask("s3", "PUT", "/bucket/last", b"")
        assert self._asked == REQUESTS

    def _user(self, name: str) -> tuple[str, str]:
        self._iam(Action="CreateUser", UserName=name)
        said = self._iam(Action="CreateAccessKey", UserName=name)
        access, secret = (
            re.findall(f"<{each}>([^<]+)</{each}>", said)[0] for each in ("AccessKeyId", "SecretAccessKey")
        )
        return access, secret

    def _iam(self, **words: str) -> str:
        return self._ask("iam", "POST", "/", words)

    def _ask(self, service: str, method: str, path: str, data: bytes | dict[str, str] = b"") -> str:
        self._asked += 1
        scope = f"x/20260101/us-east-1/{service}/aws4_request"
        sign = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=x"
        answer = requests.request(
            method, self.url + path, data=data, headers={"Authorization": sign}, timeout=20
        )
        answer.raise_for_status()
        return answer.text


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    port = free_port()
    count = f"INITIAL_NO_AUTH_ACTION_COUNT={REQUESTS}"
    command = ["env", count, sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with running(command, port=port, home=tmp_path_factory.mktemp("moto")):
        yield Scene(f"http://127.0.0.1:{port}")


def taken(scene: Scene, folder: Path, keys: tuple[str, str], text: str) -> StoreObject | Problem:
    """Return what comes of an address with these keys."""
    (folder / "s3.toml").write_text(
        f'format = 1\nkind = "s3"\nendpoint = "{scene.url}"\n'
        f'access_key = "{keys[0]}"\nsecret_key = "{{secret:key}}"\n',
        "utf-8",
    )
    secrets = SecretStore(no_keychain, {"GUIUPLOADER_SECRET_KEY": keys[1]})
    stores = Stores(ConnectionLibrary(folder), secrets)
    (found,) = take_in_objects(stores, parse_address(text), lambda: True)
    return found


@pytest.mark.parametrize("text", ["s3://bucket/a/b.txt", "s3://bucket/a/"])
def test_who_may_read_has_the_object(scene: Scene, tmp_path: Path, text: str) -> None:
    found = taken(scene, tmp_path, scene.keys["reader"], text)
    assert isinstance(found, StoreObject), found
    reader = found.open()
    assert reader.read(-1) == b"hello"
    reader.close()


@pytest.mark.parametrize(
    ("who", "text", "title"),
    [
        ("nobody", "s3://bucket/a/b.txt", "The store does not accept the key."),
        ("nobody", "s3://bucket/a/", "The store does not accept the key."),
        ("liar", "s3://bucket/a/b.txt", "The store does not accept the key."),
        ("liar", "s3://bucket/a/", "The store does not accept the key."),
        ("stranger", "s3://bucket/a/b.txt", "The key may not read this."),
        ("stranger", "s3://bucket/a/", "The key may not read this."),
        ("reader", "s3://no-bucket/a", "There is no such bucket."),
        ("reader", "s3://no-bucket/a/", "There is no such bucket."),
        ("reader", "s3://bucket/no-key", "There is no such object in the bucket."),
        ("reader", "s3://bucket/no-folder/", "The folder holds no file."),
    ],
)
def test_each_no_has_its_own_sentence(scene: Scene, tmp_path: Path, who: str, text: str, title: str) -> None:
    keys = {"nobody": ("AKIANOBODY", "x"), "liar": (scene.keys["reader"][0], "x"), **scene.keys}[who]
    found = taken(scene, tmp_path, keys, text)
    assert isinstance(found, Problem)
    assert explain(found).title == title
