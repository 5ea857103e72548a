# SPDX-License-Identifier: MIT
"""What is told of a request and its answer, whatever came of it and whatever a server sends."""

import time
from dataclasses import replace

import pytest

from guiuploader.transfer.receipt import Exchange, Reply, Timings
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.states import State
from guiuploader.window.exchange_words import legible, reply, request
from tests.gui.conftest import MakeUpload
from tests.gui.exchanges import REQUEST, answered, unanswered

REFUSED = Problem(ErrorCode.TOO_LARGE, {}, 413)
LOST = Problem(ErrorCode.REPLY_LOST, {})


def test_the_request_stands_as_it_was_sent(make_upload: MakeUpload) -> None:
    told = request([answered(make_upload("a.bin", state=State.DONE))])
    assert (told.title, told.foreign, told.sentence) == ("a.bin", REQUEST, "")


def test_a_reply_is_its_status_its_headers_and_its_body_laid_out(make_upload: MakeUpload) -> None:
    told = reply([answered(make_upload(state=State.DONE), '{"id":71,"tags":[1.10,1e400]}')])
    assert told.foreign.splitlines() == [
        "201 Created",
        "Server: nginx/1.24.0",
        "Content-Type: application/json",
        "Location: https://acme.example/f/71",
        "Set-Cookie: session=***; HttpOnly",
        "",
        "{",
        '  "id": 71,',
        '  "tags": [',
        "    1.10,",
        "    1e400",
        "  ]",
        "}",
    ]


@pytest.mark.parametrize(
    ("timings", "said"),
    [
        (Timings(0.0123, 0.0312, 2.41, 0.503), "Connect 12 ms · TLS 31 ms · send 2.4 s · wait 503 ms"),
        (Timings(None, None, 0.0002, 59.94), "Kept connection · send under 1 ms · wait 59.9 s"),
        (
            Timings(None, None, 5.0, 0.01, 4.2),
            "Kept connection · send 5.0 s, 4.2 s of it waiting for the store · wait 10 ms",
        ),
        (Timings(0.5, None, 90.0, 1.0), "Connect 500 ms · send 2 min · wait 1.0 s"),
    ],
)
def test_the_times_are_told_in_words(make_upload: MakeUpload, timings: Timings, said: str) -> None:
    upload = answered(make_upload(state=State.DONE))
    assert upload.exchange is not None
    upload = replace(upload, exchange=replace(upload.exchange, timings=timings))
    assert reply([upload]).remark == said


def test_a_connection_is_not_called_kept_where_nothing_came_back(make_upload: MakeUpload) -> None:
    upload = unanswered(make_upload(state=State.FAILED, problem=LOST), Timings(None, None, 0.0, 1.0))
    assert reply([upload]).remark == "send under 1 ms · wait 1.0 s"
    assert reply([upload]).sentence == "No answer came."


def test_an_answer_that_was_cut_is_told_so(make_upload: MakeUpload) -> None:
    told = reply([answered(make_upload(state=State.DONE), '{"id": 7', truncated=True)])
    assert told.remark.endswith("The answer was longer: only its beginning was kept.")
    assert told.foreign.endswith('\n\n{"id": 7')


@pytest.mark.parametrize(
    ("state", "sent", "problem", "of_request", "of_reply"),
    [
        (
            State.HELD,
            0,
            None,
            "Nothing has been sent yet.",
            "Nothing has been sent yet, so there is no answer.",
        ),
        (
            State.QUEUED,
            0,
            None,
            "Nothing has been sent yet.",
            "Nothing has been sent yet, so there is no answer.",
        ),
        (State.UPLOADING, 5, None, "The request stands here once it has ended.", "No answer yet."),
        (State.AWAITING_REPLY, 9, None, "The request stands here once it has ended.", "No answer yet."),
        (State.CANCELLED, 0, None, "Nothing was sent.", "No answer came."),
        (State.FAILED, 5, LOST, "What was sent has not been kept.", "No answer came."),
        (State.FAILED, 5, REFUSED, "What was sent has not been kept.", "The answer has not been kept."),
        (State.UNCONFIRMED, 0, LOST, "What was sent has not been kept.", "No answer came."),
        (State.DONE, 9, None, "What was sent has not been kept.", "The answer has not been kept."),
    ],
)
def test_where_nothing_is_on_record_a_sentence_says_so(
    make_upload: MakeUpload, state: State, sent: int, problem: Problem | None, of_request: str, of_reply: str
) -> None:
    upload = make_upload(state=state, sent=sent, problem=problem)
    assert request([upload]).sentence.startswith(of_request)
    assert reply([upload]).sentence == of_reply
    assert request([upload]).foreign == reply([upload]).foreign == ""


def test_a_reply_to_an_earlier_attempt_is_called_so(make_upload: MakeUpload) -> None:
    again = answered(make_upload(state=State.UPLOADING), status=503, reason="Busy")
    assert request([again]).remark == "From the attempt before this one."
    assert reply([again]).remark.startswith("From the attempt before this one.\nConnect")
    ended = replace(again, state=State.FAILED)
    assert request([ended]).remark == ""
    assert reply([ended]).remark.startswith("Connect")


def test_that_no_answer_came_to_an_earlier_attempt_is_told_while_the_next_runs(
    make_upload: MakeUpload,
) -> None:
    told = reply([unanswered(make_upload(state=State.UPLOADING))])
    assert told.remark.startswith("From the attempt before this one.\n")
    assert told.sentence == "No answer came."


def test_none_or_several_rows_get_a_sentence(make_upload: MakeUpload) -> None:
    several = [answered(make_upload()), answered(make_upload())]
    assert request(several).sentence == "Select one row to see its request."
    assert reply(several).sentence == "Select one row to see the server's answer."
    assert reply(several).title == "2 uploads selected"
    assert reply([]).title == reply([]).foreign == ""


def test_headers_cannot_pretend_to_be_lines_or_steer(make_upload: MakeUpload) -> None:
    forged = Reply(200, "OK\nSet: it", (("X", "a\r\nY: b\x1b[31m\u202e"),), "", truncated=False)
    upload = replace(make_upload(), exchange=Exchange("", forged, Timings(None, None, 0.0, 0.0)))
    assert reply([upload]).foreign.split("\n") == [
        "200 OK\ufffdSet: it",
        "X: a\ufffd\ufffdY: b\ufffd[31m\ufffd",
        "",
        "",
    ]


def test_lines_and_tabs_stay_and_all_else_that_steers_is_seen() -> None:
    assert legible("a\tb\r\nc\x00\x1b\rd\u2028\ne") == "a\tb\nc\ufffd\ufffd\ufffdd\ufffd\ne"


@pytest.mark.parametrize(
    "body",
    [
        "<p>no JSON</p>",
        '{"a": ',
        '"a lone text"',
        "[" * 50_000 + "]" * 50_000,
        "[" * 900 + "1," * 120_000 + "1" + "]" * 900,
        '["' + '\\"' * 120_000,
        '["\ud800"]',
        "[" + "1," * 200_000 + "1]",
    ],
    ids=["html", "broken", "text", "too-deep", "deep-and-wide", "open-string", "surrogate", "large"],
)
def test_what_cannot_be_laid_out_in_a_moment_stands_as_it_came(make_upload: MakeUpload, body: str) -> None:
    upload = answered(make_upload(state=State.DONE), body)
    started = time.monotonic()
    assert reply([upload]).foreign.partition("\n\n")[2] == body
    assert time.monotonic() - started < 5, "a window that waits for it would stand still"
