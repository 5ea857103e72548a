# SPDX-License-Identifier: MIT
"""An upload follows its server where that is safe, and says plainly where it is not."""

import hashlib

import pytest

from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.redirects import Hops
from guiuploader.values.errors import ErrorCode, Problem, ServerRefused
from guiuploader.values.explanations import explain
from tests.helpers.scripted_server import Answer, Request, StartServer, answer
from tests.unit.transfer.stage import Reopened, Stage, to

CONTENT = bytes(range(256)) * 4000


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("kind", ["multipart", "raw", "chunked", "buffered"])
def test_a_307_or_308_within_the_server_gets_the_whole_body_again(
    stage: Stage, scripted_server: StartServer, kind: str, status: int
) -> None:
    server = scripted_server([answer(status, Location="/new?a=b c"), answer(201, b"{}")])
    source = Reopened(CONTENT)
    receipt = stage.send(
        to(f"{server.url}/up", f'body = "{kind}"', '[auth]\nkind = "basic"\nusername="u"'), source
    )
    first, second = server.requests
    assert (first.target, second.target) == ("/up", "/new?a=b%20c")
    assert second.complete
    assert (first.method, second.method) == ("POST", "POST")
    assert second.header("Authorization") == first.header("Authorization")
    assert CONTENT in second.body
    assert (receipt.size, receipt.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert [reader.closed for reader in source.passes] == [True, True]


def test_progress_starts_again_at_the_new_address(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server([answer(307, Location="/new"), answer(201)])
    stage.send(to(f"{server.url}/up", 'body = "raw"'), Reopened(CONTENT))
    told = stage.heard.told
    middle = told.index("body sent") + 1
    for part in (told[:middle], told[middle:]):
        assert (part[0], part[-2:]) == (0, [len(CONTENT), "body sent"])


def test_a_redirect_right_after_the_head_is_followed_as_well(
    stage: Stage, scripted_server: StartServer
) -> None:
    early = Answer(status=307, headers=(("Location", "/new"),), read=0)
    server = scripted_server([early, answer(201)])
    receipt = stage.send(to(f"{server.url}/up", 'body = "raw"'), Reopened(CONTENT))
    assert receipt.size == len(CONTENT)
    assert server.requests[-1].body == CONTENT


def test_the_link_is_seen_from_the_last_address(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server([answer(308, Location="/v2/files/"), answer(201, Location="7")])
    assert stage.send(to(f"{server.url}/up"), Reopened(CONTENT)).link == f"{server.url}/v2/files/7"


def test_five_hops_are_made_and_no_more(stage: Stage, scripted_server: StartServer) -> None:
    def onward(limit: int, request: Request) -> Answer:
        step = int(request.target.removeprefix("/"))
        return answer(201) if step == limit else answer(307, Location=f"/{step + 1}")

    five = scripted_server(lambda request: onward(5, request))
    assert stage.send(to(f"{five.url}/0"), Reopened(CONTENT)).reply.status == 201
    six = scripted_server(lambda request: onward(6, request))
    problem = stage.fails(to(f"{six.url}/0"), Reopened(CONTENT))
    assert (problem.code, problem.status) == (ErrorCode.REDIRECT_LOOP, 307)
    assert len(six.requests) == 6
    assert "Addresses tried: 6." in str(explain(problem))


@pytest.mark.parametrize("location", ["/up", "#here", "http://u:p@{host}/up"])
def test_a_circle_ends_at_once(stage: Stage, scripted_server: StartServer, location: str) -> None:
    def round_and_round(request: Request) -> Answer:
        return answer(308, Location=location.format(host=request.header("Host")))

    server = scripted_server(round_and_round)
    problem = stage.fails(to(f"{server.url}/up"), Reopened(CONTENT))
    assert problem.code is ErrorCode.REDIRECT_LOOP
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_that_drops_the_body_is_an_error_even_at_home(
    stage: Stage, scripted_server: StartServer, status: int
) -> None:
    server = scripted_server(answer(status, Location="/new"))
    problem = stage.fails(to(f"{server.url}/up"), Reopened(CONTENT))
    assert (problem.code, problem.facts["location"]) == (ErrorCode.REDIRECTED, f"{server.url}/new")
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [307, 308])
def test_another_server_gets_nothing(stage: Stage, scripted_server: StartServer, status: int) -> None:
    elsewhere = scripted_server(answer(201))
    server = scripted_server(answer(status, Location=f"{elsewhere.url}/new"))
    problem = stage.fails(to(f"{server.url}/up"), Reopened(CONTENT))
    assert (problem.code, problem.facts["location"]) == (ErrorCode.REDIRECTED, f"{elsewhere.url}/new")
    assert elsewhere.connections == 0


def test_a_stop_between_two_addresses_is_a_plain_stop(stage: Stage, scripted_server: StartServer) -> None:
    def stopping(_: Request) -> Answer:
        stage.cancel()
        return answer(307, Location="/new")

    server = scripted_server(stopping)
    problem = stage.fails(to(f"{server.url}/up"), Reopened(CONTENT))
    # The stop cuts the line: whether the redirect was read before is a matter of moments.
    assert problem.code in {ErrorCode.CANCELLED, ErrorCode.CANCELLED_LATE}
    assert len(server.requests) == 1


def refused(here: str, status: int, location: str) -> Problem:
    reply = Reply(status, "Moved", (("Location", location),), "", truncated=False)
    with pytest.raises(ServerRefused) as caught:
        Hops(here).follow(reply, frozenset({"pa55word"}))
    return caught.value.problem


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_encryption_is_never_left(status: int) -> None:
    problem = refused("https://a.example/up", status, "http://a.example/up?pa55word")
    assert (problem.code, problem.facts["location"]) == (
        ErrorCode.REDIRECT_INSECURE,
        "http://a.example/up?***",
    )
    assert "without encryption" in str(explain(problem))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_same_server_with_encryption_is_advice(status: int) -> None:
    problem = refused("http://a.example/up", status, "https://u:p@A.example:8443/up")
    assert problem.code is ErrorCode.REDIRECT_TO_HTTPS
    assert explain(problem).advice == (
        "Change the beginning of the destination's address to https://A.example:8443."
    )


ELSEWHERE = [
    "https://b.example/",
    "//b.example/",
    "http://a.example:81/",
    "ftp://a.example/",
    "http://a.example:0/",
]


@pytest.mark.parametrize("location", ELSEWHERE)
def test_what_is_not_home_is_not_followed(location: str) -> None:
    assert refused("http://a.example/up", 307, location).code is ErrorCode.REDIRECTED


HOME = [
    ("x", "http://a.example/dir/x"),
    ("//A.example:80/x", "http://A.example:80/x"),
    ("?b=c", "http://a.example/dir/up?b=c"),
    ("/ü%2F\t#x", "http://a.example/%C3%BC%2F"),
    ("http://a.example", "http://a.example/"),
]


@pytest.mark.parametrize(("location", "target"), HOME)
def test_an_address_at_home_is_made_fit_for_a_request(location: str, target: str) -> None:
    reply = Reply(307, "Moved", (("Location", location),), "", truncated=False)
    assert Hops("http://a.example/dir/up?q=1").follow(reply, frozenset()) == target


def test_an_answer_that_is_no_redirect_is_left_alone() -> None:
    for status in (200, 201, 304, 400):
        reply = Reply(status, "", (("Location", "/x"),), "", truncated=False)
        assert Hops("http://a.example/").follow(reply, frozenset()) is None
