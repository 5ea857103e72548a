# SPDX-License-Identifier: MIT
"""Digest answers are those that the standards print."""

import hashlib
import time

import pytest

from guiuploader.network.digest import Digest, Login, strongest

RFC7616 = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
MUFASA = Login("Mufasa", "Circle of Life")


def answered(
    header: str, login: Login = MUFASA, target: str = "/dir/index.html", cnonce: str = CNONCE
) -> str:
    challenge = strongest(header)
    assert challenge
    return Digest(challenge, login).authorization("GET", target, cnonce=cnonce)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_rfc_7616_come_out(algorithm: str, response: str) -> None:
    assert answered(RFC7616.format(algorithm=algorithm)) == (
        'Digest username="Mufasa", realm="http-auth@example.org", '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", uri="/dir/index.html", '
        f'response="{response}", algorithm={algorithm}, '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", qop=auth, nc=00000001, '
        f'cnonce="{CNONCE}"'
    )


def test_the_example_of_rfc_2617_comes_out() -> None:
    header = 'digest Realm = "testrealm@host.com",nonce=dcd98b7102dd2f0e8b11d0f600bfb0c093,QOP="auth"'
    said = answered(header, Login("Mufasa", "Circle Of Life"), cnonce="0a4f113b")
    assert 'response="6629fae49393a05397450978507c4ef1"' in said


def test_a_server_of_the_oldest_kind_is_answered_without_counts() -> None:
    # RFC 2069, section 2.4, with the response of its erratum 749
    said = answered(
        'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"',
        Login("Mufasa", "CircleOfLife"),
    )
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in said
    assert not any(word in said for word in ("cnonce", "nc=", "qop", "algorithm", "opaque"))


@pytest.mark.parametrize(("algorithm", "name"), [("MD5-sess", "md5"), ("SHA-256-sess", "sha256")])
def test_a_session_key_is_mixed_with_the_nonces(algorithm: str, name: str) -> None:
    def hashed(text: str) -> str:
        return hashlib.new(name, text.encode()).hexdigest()

    first = hashed(f"{hashed('u:r:pä')}:n:{CNONCE}")
    expected = hashed(f"{first}:n:00000001:{CNONCE}:auth:{hashed('GET:/x')}")
    header = f'Digest realm="r", nonce="n", qop="auth", algorithm={algorithm}'
    said = answered(header, Login("u", "pä"), "/x")
    assert f'response="{expected}"' in said
    assert f"algorithm={algorithm}" in said


def test_a_hidden_user_is_sent_as_a_hash() -> None:
    # RFC 7616, section 3.9.2, as its erratum 4897 corrects it
    header = (
        'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, '
        'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", '
        'opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true'
    )
    login = Login("J\u00e4s\u00f8n Doe", "Secret, or not?")
    said = answered(header, login, "/doe.json", "NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm")
    assert 'username="793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"' in said
    assert "userhash=true" in said


def test_each_request_counts_one_more_and_has_a_nonce_of_its_own() -> None:
    challenge = strongest(RFC7616.format(algorithm="MD5"))
    assert challenge
    digest = Digest(challenge, MUFASA)
    said = [digest.authorization("PUT", "/x") for _ in range(3)]
    assert [text.partition("nc=")[2][:8] for text in said] == ["00000001", "00000002", "00000003"]
    assert len({text.partition("cnonce=")[2] for text in said}) == 3


def test_quotes_are_read_and_written_with_their_escapes() -> None:
    said = answered(r'Digest realm="a \"b\" \\c", nonce="n"', Login('me"\\', "p"), '/"x')
    assert r'realm="a \"b\" \\c"' in said
    assert r'username="me\"\\"' in said


@pytest.mark.parametrize(
    "header",
    [
        (
            'Basic realm="x, y=z", Digest realm="r", nonce="n", algorithm=MD5, Digest realm="r", '
            'nonce="m", algorithm=SHA-256, Bearer'
        ),
        'Negotiate YWJj==, Digest realm="r", nonce="m", algorithm=sha-256, Digest realm="r", nonce="n"',
    ],
)
def test_the_strongest_of_several_is_chosen(header: str) -> None:
    challenge = strongest(header)
    assert challenge
    assert (challenge.nonce, challenge.hash, challenge.stale) == ("m", "SHA-256", False)


@pytest.mark.parametrize(
    "header",
    [
        "",
        'Basic realm="x"',
        "Digest",
        'Digest realm="r"',
        'Digest realm="r", nonce="n", algorithm=SHA-1',
        'Digest realm="r", nonce="n", qop="auth-int"',
        "Basic realm=\"Digest realm='r', nonce=n\"",
        '"""==,,, =',
    ],
)
def test_what_cannot_be_answered_is_none(header: str) -> None:
    assert strongest(header) is None


def test_a_stale_nonce_is_told_from_a_wrong_password() -> None:
    challenge = strongest('Digest realm="r", nonce="n", stale=TRUE')
    assert challenge
    assert challenge.stale


def test_a_login_does_not_show_its_password() -> None:
    assert "s3cret" not in repr(Login("u", "s3cret"))


@pytest.mark.parametrize(
    "noise", ["a" * 60_000 + "@", 'a="' * 20_000, "a" + " " * 60_000 + "@", "a=" * 30_000]
)
def test_a_long_header_is_read_in_no_time(noise: str) -> None:
    started = time.monotonic()
    assert strongest(f"Digest {noise}") is None
    assert time.monotonic() - started < 0.5


def test_of_a_long_header_the_beginning_counts() -> None:
    asked = RFC7616.format(algorithm="MD5")
    assert strongest(f"{asked}, {'a' * 60_000}")
    assert strongest(f"Basic {'a' * 60_000}, {asked}") is None


def test_a_header_may_not_begin_a_parameter_within_a_word() -> None:
    assert strongest('Digest realm="a"nonce="b"')
    assert strongest('Digest @realm="a", nonce="b"')
