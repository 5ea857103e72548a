# SPDX-License-Identifier: MIT
"""Who said no is named where it is known, and no guess is made where it is not."""

import pytest

from guiuploader.transfer.layers import answering
from guiuploader.transfer.receipt import Reply
from guiuploader.values.errors import ErrorCode
from guiuploader.values.explanations import explain
from tests.helpers.scripted_server import StartServer, answer
from tests.unit.transfer.stage import MemorySource, Stage, to

NGINX_PAGE = (
    "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n"
    "<center><h1>413 Request Entity Too Large</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n"
    "</body>\r\n</html>\r\n"
)
APACHE_PAGE = (
    '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN"><html><head><title>401 Unauthorized</title></head>'
    "<body><h1>Unauthorized</h1><hr><address>Apache/2.4.71 (Debian) Server at a.example</address></body>"
)

KNOWN = [
    (413, {"Server": "nginx/1.22.1"}, NGINX_PAGE, "nginx"),
    (403, {}, NGINX_PAGE, "nginx"),
    (502, {"Server": "openresty"}, "", "nginx (OpenResty)"),
    (401, {"Server": "Apache"}, APACHE_PAGE, "Apache"),
    (413, {"Server": "cloudflare", "CF-RAY": "1-FRA"}, "<center>cloudflare</center>", "Cloudflare"),
    (413, {"x-amzn-ErrorType": "RequestTooLongException"}, '{"message":"x"}', "Amazon API Gateway"),
    (413, {"X-Vercel-Error": "FUNCTION_PAYLOAD_TOO_LARGE"}, "", "Vercel"),
    (504, {"Server": "awselb/2.0"}, "", "Amazon's load balancer"),
    (413, {"Server": "Microsoft-IIS/10.0"}, "", "IIS"),
    (413, {"Server": "Kestrel"}, "", "Kestrel"),
    (413, {"X-Powered-By": "PHP/8.2"}, "", "PHP"),
    # An application behind a layer that puts its name on everything.
    (403, {"Server": "nginx"}, "no", None),
    (413, {"Server": "nginx", "Content-Type": "application/json"}, '{"error": "quota"}', None),
    (403, {"Server": "cloudflare", "CF-RAY": "1-FRA"}, "no", None),
    (413, {"Server": "MyServer (nginx)"}, "", None),
    (413, {}, "", None),
]


@pytest.mark.parametrize(("status", "headers", "body", "name"), KNOWN)
def test_a_layer_is_known_by_its_signs(
    status: int, headers: dict[str, str], body: str, name: str | None
) -> None:
    layer = answering(Reply(status, "", tuple(headers.items()), body, truncated=False))
    assert (layer.name if layer else None) == name


def test_the_sentence_names_layer_and_limit(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(413, NGINX_PAGE.encode(), Content_Type="text/html", Server="nginx"))
    problem = stage.fails(to(f"{server.url}/up"), MemorySource(b"x" * 3_000_000))
    assert problem.code is ErrorCode.TOO_LARGE
    assert explain(problem).detail == (
        "3 MB were refused. It says: “413 Request Entity Too Large”. The answer came from nginx. "
        "It takes at most 1 MB unless it is set otherwise."
    )


def test_a_limit_that_explains_nothing_is_not_told(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(413, NGINX_PAGE.encode(), Content_Type="text/html", Server="nginx"))
    detail = explain(stage.fails(to(f"{server.url}/up"), MemorySource(b"x" * 1000))).detail
    assert detail.endswith("The answer came from nginx.")


# What PHP scripts say when PHP itself threw the upload away and left them nothing (post_max_size, or
# upload_max_filesize, or no file at all): each with 200.
PHP_REPLIES = [
    b"[]",
    b'{"files": [], "post": []}',
    b'{"file": {"name": "big.bin", "error": 1, "size": 0}, "ok": false}',
    b"<br />\n<b>Warning</b>:  POST Content-Length of 10485961 bytes exceeds the limit of 8388608 bytes",
    b"",
]


@pytest.mark.parametrize("body", PHP_REPLIES)
def test_a_200_that_threw_the_file_away_is_no_success(
    stage: Stage, scripted_server: StartServer, body: bytes
) -> None:
    server = scripted_server(answer(200, body, X_Powered_By="PHP/8.2.36"))
    destination = to(f"{server.url}/up.php", '[reply]\nsuccess = "{json:file.sha256}"')
    problem = stage.fails(destination, MemorySource(b"x" * 1000))
    assert (problem.code, problem.status, problem.unconfirmed) == (ErrorCode.NOT_ACCEPTED, 200, False)


def test_a_200_that_kept_it_is_one(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(200, b'{"file": {"sha256": "abc", "error": 0}}'))
    destination = to(f"{server.url}/up.php", '[reply]\nsuccess = "{json:file.sha256}"')
    assert stage.send(destination).reply.status == 200
