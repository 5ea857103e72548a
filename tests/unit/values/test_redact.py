# SPDX-License-Identifier: MIT
"""What looks like a secret is masked, and what steers a terminal is made visible."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.values.redact import MASK, blank, is_secret_name, printable, redact_url


@pytest.mark.parametrize(
    "name",
    [
        *("Authorization", "Proxy-Authorization", "authorisation", "X-Auth", "auth_token", "bearer", "jwt"),
        *("Cookie", "Set-Cookie", "PHPSESSIONID", "session", "X-Api-Key", "apikey", "api_key", "key", "sig"),
        *("AWSAccessKeyId", "private-key", "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token"),
        *("password", "passwd", "pass", "new_password", "password2", "passphrase", "pwd", "client_secret"),
    ],
)
def test_a_name_that_holds_secrets_is_known(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Accept",
            "author",
            "Author-Id",
            "authority",
            "User-Agent",
            "keyword",
            "monkey",
            "signal",
            "design",
        ),
        *("compass", "passenger", "id", "file"),
    ],
)
def test_a_harmless_name_is_let_be(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://h.example/a?b=1&c=%20", "https://h.example/a?b=1&c=%20"),
        ("https://user:pw@h.example:8443/a", "https://h.example:8443/a"),
        ("https://u:p%40w@q@h.example/a", "https://h.example/a"),
        ("https://h/a?X-Amz-Signature=abc&part=2", "https://h/a?X-Amz-Signature=***&part=2"),
        ("https://h/a?a=1;sig=abc", "https://h/a?a=1;sig=***"),
        ("https://h/a?s%69g=abc==&x", "https://h/a?s%69g=***&x"),
        ("https://h/a?token=a=b&token=", "https://h/a?token=***&token=***"),
        ("https://h/a#access_token=abc", "https://h/a"),
        ("http:/user:pw@h/a", "http:///h/a"),
        ("http://[", MASK),
    ],
)
def test_a_url_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert redact_url(url) == shown


@given(
    st.from_regex(r"[A-Za-z0-9!$'()*,%@:]{0,8}Zq7[A-Za-z0-9!$'()*,%@:]{0,8}", fullmatch=True),
    st.sampled_from(["token", "sig", "X-Amz-Signature", "api%5Fkey", "PASSWORD"]),
    st.sampled_from(["&", ";"]),
)
def test_neither_user_part_nor_signature_leaks(secret: str, name: str, joint: str) -> None:
    shown = redact_url(
        f"https://{quote(secret, safe='')}:{secret}@h.example/a?a=1{joint}{name}={secret}#{secret}"
    )
    assert "Zq7" not in shown
    assert "h.example/a?a=1" in shown


@given(st.frozensets(st.text(st.characters(exclude_characters="*")), max_size=5), st.text())
def test_no_secret_is_left_in_a_blanked_text(secrets: frozenset[str], text: str) -> None:
    shown = blank(text + "".join(secrets) + text, secrets)
    assert not any(secret in shown for secret in secrets if secret)


def test_the_longer_of_two_secrets_is_masked_whole() -> None:
    assert blank("abcdef ab *", frozenset({"ab", "abcdef", "", "*"})) == "*** *** ***"


def test_a_text_without_secrets_is_kept() -> None:
    assert blank("plain", frozenset()) == "plain"
    assert blank("plain", frozenset({""})) == "plain"


@pytest.mark.parametrize("name", ["Übersicht 1.pdf", "日本 語", "👨‍👩‍👧 ❤️", "10.00\u202fAM\u00a0", "می‌خواهم"])
def test_what_people_write_stays(name: str) -> None:
    assert printable(name) == name


@pytest.mark.parametrize(
    "char",
    [
        "\0",
        "\n",
        "\r",
        "\t",
        "\x1b",
        "\x7f",
        "\x9b",
        "\u202e",
        "\u2066",
        "\u200f",
        "\u2028",
        "\ufeff",
        "\udce9",
    ],
)
def test_what_steers_or_hides_becomes_visible(char: str) -> None:
    assert printable(f"a{char}b") == "a\N{REPLACEMENT CHARACTER}b"


@given(st.text())
def test_a_printable_text_is_one_line_of_the_same_length(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert len(shown.splitlines()) <= 1
    assert printable(shown) == shown
