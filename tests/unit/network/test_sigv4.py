# SPDX-License-Identifier: MIT
"""Signatures are those that Amazon published for its test suite and in its S3 manual."""

import datetime as dt
import hashlib

import pytest

from guiuploader.network.sigv4 import UNSIGNED, Keys, signed

SUITE = Keys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", "us-east-1", "service")
SUITE_TIME = dt.datetime(2015, 8, 30, 12, 36, tzinfo=dt.UTC)
EMPTY = hashlib.sha256(b"").hexdigest()

S3 = Keys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "", "us-east-1", "s3")
S3_TIME = dt.datetime(2013, 5, 24, tzinfo=dt.UTC)

PUBLISHED = [
    # get-vanilla, post-vanilla, get-utf8, get-vanilla-query-order-key-case, get-vanilla-query-unreserved
    ("GET", "/", {}, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    ("POST", "/", {}, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    ("GET", "/\u1234", {}, "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
    (
        "GET",
        "/?Param2=value2&Param1=value1",
        {},
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
    (
        "GET",
        (
            "/?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz="
            "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        ),
        {},
        "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
    ),
    # get-header-value-trim, post-header-key-sort
    (
        "GET",
        "/",
        {"My-Header1": " value1", "My-Header2": ' "a   b   c"'},
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    ),
    (
        "POST",
        "/",
        {"My-Header1": "value1"},
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
    ),
    # normalize-path: get-relative, get-slashes
    ("GET", "/example/..", {}, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    ("GET", "//", {}, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
]


def signature(headers: dict[str, str]) -> str:
    return headers["Authorization"].rpartition("Signature=")[2]


@pytest.mark.parametrize(("method", "target", "headers", "expected"), PUBLISHED)
def test_the_suite_s_signatures_come_out(
    method: str, target: str, headers: dict[str, str], expected: str
) -> None:
    url = f"https://example.amazonaws.com{target}"
    made = signed(SUITE, method, url, headers.items(), payload=EMPTY, at=SUITE_TIME)
    assert signature(made) == expected
    assert made["X-Amz-Date"] == "20150830T123600Z"


def test_a_form_s_signature_covers_type_and_body() -> None:
    payload = hashlib.sha256(b"Param1=value1").hexdigest()
    headers = [("Content-Type", "application/x-www-form-urlencoded")]
    url = "https://example.amazonaws.com/"
    made = signed(SUITE, "POST", url, headers, payload=payload, at=SUITE_TIME)
    assert made["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date, "
        "Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
    )


def test_the_s3_manual_s_signatures_come_out() -> None:
    server = "https://examplebucket.s3.amazonaws.com"
    got = signed(S3, "GET", f"{server}/test.txt", [("Range", "bytes=0-9")], payload=EMPTY, at=S3_TIME)
    assert signature(got) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    put = signed(
        S3,
        "PUT",
        f"{server}/test$file.text",
        [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
        payload=hashlib.sha256(b"Welcome to Amazon S3.").hexdigest(),
        at=S3_TIME,
    )
    assert signature(put) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    listed = signed(S3, "GET", f"{server}/?lifecycle", [], payload=EMPTY, at=S3_TIME)
    assert signature(listed) == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"


def test_an_s3_key_is_signed_as_the_letters_it_has() -> None:
    def of(path: str) -> str:
        return signature(signed(S3, "PUT", f"https://b.example{path}", [], payload=UNSIGNED, at=S3_TIME))

    assert of("/a(1)ü") == of("/a%281%29%C3%BC")
    assert len({of("/a/../b"), of("/b"), of("//b")}) == 3


def test_a_session_s_token_and_an_unsigned_body_are_named_and_signed() -> None:
    keys = Keys("A", "s", "tok", "eu-1", "execute-api")
    made = signed(keys, "POST", "https://a.example:8443/x", [], payload=UNSIGNED, at=SUITE_TIME)
    assert made["X-Amz-Security-Token"] == "tok"
    assert made["X-Amz-Content-Sha256"] == UNSIGNED
    assert "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token," in made["Authorization"]


def test_keys_do_not_show_their_secrets() -> None:
    assert "s3cret" not in repr(Keys("A", "s3cret", "s3cret", "r", "s3"))
