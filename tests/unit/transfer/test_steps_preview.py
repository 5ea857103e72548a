# SPDX-License-Identifier: MIT
"""A preview of an upload that is several requests shows all of them, and no secret."""

import pytest

from guiuploader.transfer.preview import curl_text, http_text, python_text
from guiuploader.values.errors import UsageError
from tests.unit.transfer.stage import Reopened, Stage, to
from tests.unit.transfer.test_steps import CONTENT, STEPS

URL = "http://a.example/api"


def test_all_requests_are_shown_in_order_with_names_for_what_only_replies_tell(stage: Stage) -> None:
    text = http_text(stage.job(to(URL, STEPS), Reopened(CONTENT)))
    titles = [line for line in text.split("\n") if line.startswith("# ")]
    assert titles == ["# Step “start”", "# Part 1 of 4", "# Part 4 of 4", "# Step “finish”"]
    first_lines = [line for line in text.split("\n") if line.endswith(" HTTP/1.1")]
    assert first_lines == [
        "POST /start HTTP/1.1",
        "PUT /~start.upload~&part=1 HTTP/1.1",
        "PUT /~start.upload~&part=4 HTTP/1.1",
        "POST /finish HTTP/1.1",
    ]
    assert '{"name": "file.bin"}' in text
    assert "<65536 bytes of file.bin>" in text
    assert "<5 bytes of file.bin>" in text
    assert '[{"n": 1, "tag": "~part.tag~"}]' in text


def test_the_request_for_a_token_is_shown_without_its_secret(stage: Stage) -> None:
    auth = (
        '[auth]\nkind = "oauth2"\ntoken_url = "http://a.example/token"\nclient_id = "me"\n'
        'client_secret = "{secret:client-secret}"'
    )
    text = http_text(stage.job(to(URL, 'body = "raw"', auth), Reopened(CONTENT)))
    assert text.startswith("# Sign-in\nPOST /token HTTP/1.1\n")
    assert "Authorization: Basic ***" in text
    assert text.endswith("grant_type=client_credentials") or "grant_type=client_credentials\n" in text
    assert "Authorization: Bearer ***" in text


@pytest.mark.parametrize("shown", [curl_text, python_text])
def test_several_requests_are_not_written_as_one_command(stage: Stage, shown: object) -> None:
    assert callable(shown)
    with pytest.raises(UsageError) as raised:
        shown(stage.job(to(URL, STEPS), Reopened(CONTENT)))
    assert "several requests" in str(raised.value.problem.facts["reason"])
