# SPDX-License-Identifier: MIT
"""Each recipe sends what its application's public documentation asks for, and reads the link it answers."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes

import msgspec
import pytest

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.recipes import recipe, recipes
from guiuploader.paths import recipe_folder
from guiuploader.values.errors import ErrorCode
from tests.helpers.scripted_server import Answer, Request, ScriptedServer, StartServer, answer
from tests.unit.transfer.stage import Reopened, Stage, staged, to

CONTENT = b"some content"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NAME = "Über uns.pdf"
QUOTED = "%C3%9Cber%20uns.pdf"
SECRETS = {name: name.upper() + "-VALUE" for name in ("username", "password", "token", "api_key")}
SECRETS |= {"client_id": "CLIENT-VALUE", "access_key": "KEY-VALUE", "secret_key": "SECRET-VALUE"}
BASIC = f"Basic {base64.b64encode(b'USERNAME-VALUE:PASSWORD-VALUE').decode()}"
TRIED = {"docker-registry", "pypiserver", "jupyter-server", "copyparty", "webdav"}
"""Those that tests/servers tries on the applications themselves."""


@dataclass(frozen=True)
class Asked:
    """A request as it is documented; `fields` are those of a form, `file` the name of the part with the file.

    Without `file` the body is the file, or as `body` says.
    """

    line: str
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    body: bytes = CONTENT


@dataclass(frozen=True)
class Case:
    """What goes out with these `values`, in turn, what is answered, and the link that is read then."""

    asked: tuple[Asked, ...]
    answers: tuple[Answer, ...]
    link: str | None
    values: Mapping[str, str] = field(default_factory=dict)


def told(status: int, /, **members: object) -> Answer:
    return answer(status, json.dumps(members).encode(), Content_Type="application/json")


PACKAGE = {"package": "app", "version": "1.0"}
CASES = {
    "nextcloud": Case(
        (
            Asked("MKCOL /remote.php/webdav/My%20files/", {"Authorization": BASIC}, body=b""),
            Asked(f"PUT /remote.php/webdav/My%20files/{QUOTED}", {"Authorization": BASIC}),
            Asked(
                "POST /ocs/v2.php/apps/files_sharing/api/v1/shares?format=json",
                {"OCS-APIRequest": "true", "Authorization": BASIC},
                body=f"path=%2FMy+files%2F{QUOTED.replace('%20', '+')}&shareType=3&permissions=1".encode(),
            ),
        ),
        (
            answer(405),
            answer(201),
            told(200, ocs={"meta": {"statuscode": 200}, "data": {"url": "https://cloud.org/s/abc"}}),
        ),
        "https://cloud.org/s/abc",
        {"folder": "My files"},
    ),
    "gitea-package": Case(
        (Asked(f"PUT /api/packages/us/generic/app/1.0/{QUOTED}", {"Authorization": "token TOKEN-VALUE"}),),
        (answer(201),),
        f"URL/api/packages/us/generic/app/1.0/{QUOTED}",
        {"owner": "us", **PACKAGE},
    ),
    "gitlab-package": Case(
        (
            Asked(
                f"PUT /api/v4/projects/us%2Fapp/packages/generic/app/1.0/{QUOTED}?select=package_file",
                {"PRIVATE-TOKEN": "TOKEN-VALUE"},
            ),
        ),
        (told(201, id=1, file_sha256=SHA256),),
        f"URL/api/v4/projects/us%2Fapp/packages/generic/app/1.0/{QUOTED}",
        {"project": "us/app", **PACKAGE},
    ),
    "github-release": Case(
        (
            Asked(
                f"POST /repos/us/app/releases/7/assets?name={QUOTED}",
                {"Authorization": "Bearer TOKEN-VALUE", "Accept": "application/vnd.github+json"}
                | {"X-GitHub-Api-Version": "2022-11-28", "Content-Type": "application/x-test"},
            ),
        ),
        (told(201, browser_download_url="https://github.com/us/app/releases/download/v1/a.pdf"),),
        "https://github.com/us/app/releases/download/v1/a.pdf",
        {"owner": "us", "repository": "app", "release": "7"},
    ),
    "minio": Case(
        (Asked(f"PUT /docs/{QUOTED}", {"x-amz-content-sha256": SHA256}),),
        (answer(200, ETag=f'"{hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()}"'),),
        f"URL/docs/{QUOTED}",
        {"bucket": "docs"},
    ),
    "paperless-ngx": Case(
        (
            Asked(
                "POST /api/documents/post_document/",
                {"Authorization": "Token TOKEN-VALUE"},
                {"title": "Über uns"},
                "document",
            ),
        ),
        (answer(200, b'"0f2c"', Content_Type="application/json"),),
        None,
    ),
    "immich": Case(
        (
            Asked(
                "POST /api/assets",
                {
                    "x-api-key": "API_KEY-VALUE",
                    "x-immich-checksum": hashlib.sha1(CONTENT, usedforsecurity=False).hexdigest(),
                },
                {
                    "deviceAssetId": f"{NAME}-{len(CONTENT)}",
                    "deviceId": "guiuploader",
                    "fileCreatedAt": "2026-11-22T12:00:00+0000",
                    "fileModifiedAt": "2026-11-22T12:00:00+0000",
                },
                "assetData",
            ),
        ),
        (told(201, id="a1b2", status="created"),),
        "URL/photos/a1b2",
    ),
    "mattermost": Case(
        (
            Asked(
                "POST /api/v4/files", {"Authorization": "Bearer TOKEN-VALUE"}, {"channel_id": "c1"}, "files"
            ),
            Asked(
                "POST /api/v4/posts",
                {"Authorization": "Bearer TOKEN-VALUE", "Content-Type": "application/json"},
                body=b'{"channel_id": "c1", "message": "", "file_ids": ["f1"]}',
            ),
        ),
        (told(201, file_infos=[{"id": "f1"}]), told(201, id="p1")),
        "URL/_redirect/pl/p1",
        {"channel": "c1"},
    ),
    "nexus-raw": Case(
        (Asked(f"PUT /repository/files/{QUOTED}", {"Authorization": BASIC}),),
        (answer(201),),
        f"URL/repository/files/{QUOTED}",
        {"repository": "files"},
    ),
    "artifactory": Case(
        (
            Asked(
                f"PUT /artifactory/files/{QUOTED}",
                {"Authorization": "Bearer TOKEN-VALUE", "X-Checksum-Sha256": SHA256},
            ),
        ),
        (told(201, downloadUri="https://art.org/files/a.pdf", checksums={"sha256": SHA256}),),
        "https://art.org/files/a.pdf",
        {"repository": "files"},
    ),
    "zipline": Case(
        (Asked("POST /api/upload", {"Authorization": "TOKEN-VALUE"}, file="file"),),
        (told(200, files=[{"id": "1", "url": "https://zip.org/u/a.pdf"}]),),
        "https://zip.org/u/a.pdf",
    ),
    "chibisafe": Case(
        (Asked("POST /api/upload", {"x-api-key": "API_KEY-VALUE"}, file="file[]"),),
        (told(200, name="a.pdf", url="https://chibi.org/a.pdf"),),
        "https://chibi.org/a.pdf",
    ),
    "xbackbone": Case(
        (Asked("POST /upload", {}, {"token": "TOKEN-VALUE"}, "upload"),),
        (told(201, message="OK", url="https://xb.org/x/a.pdf"),),
        "https://xb.org/x/a.pdf",
    ),
    "transfer-sh": Case(
        (Asked(f"PUT /{QUOTED}", {"Max-Days": "3", "Authorization": BASIC}),),
        (answer(200, b"https://transfer.org/abc/a.pdf\n"),),
        "https://transfer.org/abc/a.pdf",
        {"days": "3"},
    ),
    "null-pointer": Case(
        (Asked("POST /", {}, {"expires": "5"}, "file"),),
        (answer(200, b"https://0x0.org/abc.pdf\n"),),
        "https://0x0.org/abc.pdf",
        {"hours": "5"},
    ),
    "imgur": Case(
        (Asked("POST /3/image", {"Authorization": "Client-ID CLIENT-VALUE"}, {"type": "file"}, "image"),),
        (told(200, data={"link": "https://i.imgur.com/abc.png"}, success=True),),
        "https://i.imgur.com/abc.png",
    ),
}


def at(server: ScriptedServer, name: str) -> Destination:
    """Return a recipe with the server's address, that of a public server too."""
    found = recipe(recipe_folder(), name)
    assert found is not None
    made = found.filled(found.destination.name, server.url, {})
    url = made.url.replace(found.example, server.url)
    return msgspec.structs.replace(made, url=url)


def parts_of(request: Request) -> dict[str, bytes]:
    head = f"Content-Type: {request.header('Content-Type')}\r\n\r\n".encode()
    found = {}
    for part in message_from_bytes(head + bytes(request.body)).walk():
        if not part.is_multipart():
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            found[str(part.get_param("name", header="Content-Disposition"))] = content
    return found


def check(request: Request, asked: Asked) -> None:
    assert f"{request.method} {request.target}" == asked.line
    for name, value in asked.headers.items():
        assert request.header(name) == value, name
    if not asked.file:
        assert bytes(request.body) == asked.body
        return
    parts = parts_of(request)
    assert list(parts) == [*asked.fields, asked.file]
    for name, value in asked.fields.items():
        assert parts[name] == value.encode()
    assert parts[asked.file] == CONTENT


def test_every_recipe_is_tried_here_or_on_its_application() -> None:
    assert {each.name for each in recipes(recipe_folder())} == {*CASES, *TRIED}


@pytest.mark.parametrize("name", CASES)
def test_a_recipe_asks_as_documented_and_reads_the_link(scripted_server: StartServer, name: str) -> None:
    case = CASES[name]
    server = scripted_server(list(case.answers))
    stage = Stage(secrets=SECRETS)
    receipt = stage.send(at(server, name), Reopened(CONTENT, NAME), case.values)
    stage.sender.close()
    assert len(server.requests) == len(case.asked)
    for request, asked in zip(server.requests, case.asked, strict=True):
        check(request, asked)
    assert receipt.link == (case.link.replace("URL", server.url) if case.link else None)


def test_a_status_that_a_step_accepts_lets_the_file_go(scripted_server: StartServer) -> None:
    server = scripted_server([answer(409), answer(201)])
    table = '[[before]]\nname = "a"\naccepts = [405, 409]'
    with staged() as stage:
        stage.send(to(server.url, table))
    assert len(server.requests) == 2


def test_a_status_that_a_step_does_not_accept_ends_the_upload(scripted_server: StartServer) -> None:
    server = scripted_server(answer(409))
    with staged() as stage:
        problem = stage.fails(to(server.url, '[[before]]\nname = "a"\naccepts = [405]'))
    assert (problem.code, problem.facts["step"]) == (ErrorCode.CONFLICT, "a")
    assert len(server.requests) == 1


@pytest.mark.parametrize("step", ["", '[[before]]\nname = "a"'])
def test_a_server_may_refuse_a_sign_in_by_a_status_of_its_own(
    scripted_server: StartServer, step: str
) -> None:
    server = scripted_server(answer(403))
    with staged() as stage:
        problem = stage.fails(to(server.url, "[reply]\nunauthorized = [403]", step))
        other = stage.fails(to(server.url, step))
    assert (problem.code, problem.status) == (ErrorCode.UNAUTHORIZED, 403)
    assert other.code is ErrorCode.FORBIDDEN
