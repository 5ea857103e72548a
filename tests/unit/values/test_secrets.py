# SPDX-License-Identifier: MIT
"""Where a secret is looked up, what it is bound to, and what a keychain may do wrong."""

import subprocess
import sys
import threading
from pathlib import Path

import keyring.backend
import keyring.errors
import pytest

from guiuploader.values.errors import DestinationError, ErrorCode
from guiuploader.values.secrets import SecretKey, SecretStore, no_keychain

ROOT = Path(__file__).resolve().parents[3]
KEY = SecretKey("ACME files", "https://acme.example:443", "api-key.v2")
ELSEWHERE = SecretKey("ACME files", "https://evil.example:443", "api-key.v2")

PLAIN_TEXT_BACKEND = """
import sys
import keyring.backend
from guiuploader.values.secrets import no_keychain, system_keychain

class PlainText(keyring.backend.KeyringBackend):
    priority = 99
    def get_password(self, service, username): return "in clear"
    def set_password(self, service, username, password): pass
    def delete_password(self, service, username): pass

assert any(type(found) is PlainText for found in keyring.backend.get_all_keyring())
print(system_keychain())
"""


class Keychain(keyring.backend.KeyringBackend):
    """Keeps passwords in a dict, and raises when told to."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # keyring leaves it untyped
        self.passwords: dict[tuple[str, str], str] = {}
        self.asked: list[str] = []
        self.error: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        self.asked.append(username)
        self._fail()
        return self.passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.passwords[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        if self.passwords.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError

    def _fail(self) -> None:
        if self.error:
            raise self.error


@pytest.fixture
def keychain() -> Keychain:
    return Keychain()


def test_an_unknown_secret_is_missing_and_says_where_it_could_be_put() -> None:
    store = SecretStore(no_keychain, {})
    assert store.find(KEY) is None
    assert not store.has_keychain
    with pytest.raises(DestinationError) as caught:
        store.get(KEY)
    problem = caught.value.problem
    assert problem.code is ErrorCode.SECRET_MISSING
    assert problem.facts["variable"] == "GUIUPLOADER_SECRET_API_KEY_V2"
    assert problem.facts["origin"] == "https://acme.example:443"


def test_the_session_goes_before_the_environment_and_that_before_the_keychain(keychain: Keychain) -> None:
    environment: dict[str, str] = {}
    store = SecretStore(lambda: keychain, environment)
    keychain.passwords["guiuploader", KEY.account] = "from the keychain"
    environment[KEY.variable] = "from the environment"
    assert store.get(KEY) == "from the environment"
    assert keychain.asked == []
    del environment[KEY.variable]
    assert store.get(KEY) == "from the keychain"
    environment[KEY.variable] = "from the environment"
    assert store.get(KEY) == "from the keychain"
    store.keep(KEY, "typed", save=False)
    assert store.get(KEY) == "typed"
    assert keychain.asked == [KEY.loan, KEY.account]


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert SecretStore(no_keychain, {KEY.variable: ""}).find(KEY) is None


def test_a_secret_is_bound_to_its_destination_and_origin(keychain: Keychain) -> None:
    store = SecretStore(lambda: keychain, {})
    store.keep(KEY, "s3cret", save=True)
    for other in (
        ELSEWHERE,
        SecretKey("Other", KEY.origin, KEY.name),
        SecretKey("ACME files", KEY.origin, "b"),
    ):
        assert store.find(other) is None
        assert SecretStore(lambda: keychain, {}).find(other) is None
    assert SecretStore(lambda: keychain, {}).find(KEY) == "s3cret"


def test_what_is_not_saved_is_not_in_the_keychain(keychain: Keychain) -> None:
    store = SecretStore(lambda: keychain, {})
    store.keep(KEY, "s3cret", save=False)
    assert keychain.passwords == {}
    assert store.get(KEY) == "s3cret"


def test_a_forgotten_secret_is_nowhere_and_may_be_forgotten_again(keychain: Keychain) -> None:
    store = SecretStore(lambda: keychain, {})
    store.keep(KEY, "s3cret", save=True)
    for _ in range(2):
        store.forget(KEY)
        assert store.find(KEY) is None
    assert keychain.passwords == {}
    SecretStore(no_keychain, {}).forget(KEY)


@pytest.mark.parametrize("saved", [True, False])
def test_a_secret_moves_with_its_destination_and_is_saved_only_if_it_was(
    keychain: Keychain, *, saved: bool
) -> None:
    renamed = SecretKey("New name", KEY.origin, KEY.name)
    store = SecretStore(lambda: keychain, {})
    store.keep(KEY, "s3cret", save=saved)
    store.move(KEY, renamed)
    store.move(renamed, renamed)
    assert (store.find(KEY), store.find(renamed)) == (None, "s3cret")
    assert list(keychain.passwords.values()) == ["s3cret"] * saved
    keychain.error = OSError("the bus is gone")
    with pytest.raises(DestinationError) as caught:
        store.move(renamed, KEY)
    assert caught.value.problem.code is ErrorCode.KEYCHAIN_FAILED
    assert store.find(KEY) == "s3cret"


@pytest.mark.parametrize(
    "error", [keyring.errors.KeyringLocked("locked"), OSError("the bus is gone"), KeyError("foreign")]
)
def test_a_keychain_that_fails_counts_as_empty_and_is_said_when_saving(
    keychain: Keychain, error: Exception
) -> None:
    keychain.error = error
    store = SecretStore(lambda: keychain, {})
    assert store.find(KEY) is None
    with pytest.raises(DestinationError) as caught:
        store.keep(KEY, "s3cret", save=True)
    assert caught.value.problem.code is ErrorCode.KEYCHAIN_FAILED
    assert caught.value.problem.facts == {"reason": type(error).__name__}
    assert store.get(KEY) == "s3cret"
    store.forget(KEY)
    assert store.find(KEY) is None


def test_saving_without_a_keychain_is_said_and_the_session_has_it() -> None:
    store = SecretStore(no_keychain, {})
    with pytest.raises(DestinationError) as caught:
        store.keep(KEY, "s3cret", save=True)
    assert caught.value.problem.code is ErrorCode.KEYCHAIN_FAILED
    assert store.get(KEY) == "s3cret"


def test_every_secret_that_was_given_out_is_blanked_even_a_forgotten_one(keychain: Keychain) -> None:
    keychain.passwords["guiuploader", KEY.account] = "from-keychain"
    store = SecretStore(lambda: keychain, {ELSEWHERE.variable: "from-environment"})
    text = "from-keychain from-environment typed other"
    assert store.blanked(text) == text
    assert store.get(KEY) == "from-environment"
    del store
    store = SecretStore(lambda: keychain, {})
    store.get(KEY)
    store.keep(ELSEWHERE, "typed", save=False)
    store.forget(ELSEWHERE)
    assert store.blanked(text) == "*** from-environment *** other"


def test_an_environment_s_secret_is_blanked() -> None:
    store = SecretStore(no_keychain, {KEY.variable: "from-environment"})
    store.get(KEY)
    assert store.blanked("x from-environment") == "x ***"


def test_what_is_known_is_had_while_the_keychain_waits_for_its_owner() -> None:
    entered, unlocked = threading.Event(), threading.Event()

    class Locked(Keychain):
        def get_password(self, service: str, username: str) -> str | None:
            entered.set()
            assert unlocked.wait(10)
            return super().get_password(service, username)

    locked = Locked()
    locked.passwords["guiuploader", KEY.account] = "from the keychain"
    store = SecretStore(lambda: locked, {})
    found: list[str | None] = []
    threads = [threading.Thread(target=lambda: found.append(store.find(KEY))) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert entered.wait(10)
    store.keep(ELSEWHERE, "typed", save=False)
    assert store.get(ELSEWHERE) == "typed"
    assert store.blanked("typed") == "***"
    unlocked.set()
    for thread in threads:
        thread.join(10)
    assert found == ["from the keychain"] * 2
    assert locked.asked == [KEY.loan, KEY.account], "the owner is asked once"


def test_what_only_the_session_knows_is_lent_until_it_is_given_back(keychain: Keychain) -> None:
    store = SecretStore(lambda: keychain, {})
    store.lend(KEY)
    assert keychain.passwords == {}, "nothing is known to lend"
    store.keep(KEY, "one-off", save=False)
    assert store.is_fleeting(KEY)
    store.lend(KEY)
    assert keychain.passwords == {("guiuploader", KEY.loan): "one-off"}
    assert not store.is_fleeting(KEY)
    later = SecretStore(lambda: keychain, {})
    assert later.get(KEY) == "one-off"
    later.give_back(KEY)
    assert keychain.passwords == {}
    assert later.get(KEY) == "one-off", "the session has it to its end"
    later.give_back(KEY)


def test_what_the_keychain_has_to_stay_is_not_lent(keychain: Keychain) -> None:
    store = SecretStore(lambda: keychain, {ELSEWHERE.variable: "from outside"})
    store.keep(KEY, "typed", save=True)
    for key in (KEY, ELSEWHERE):
        store.lend(key)
        assert not store.is_fleeting(key)
    assert list(keychain.passwords) == [("guiuploader", KEY.account)]


def test_a_new_secret_takes_the_place_of_one_that_was_lent(keychain: Keychain) -> None:
    store = SecretStore(lambda: keychain, {})
    store.keep(KEY, "old", save=False)
    store.lend(KEY)
    store.keep(KEY, "newer", save=False)
    store.lend(KEY)
    assert SecretStore(lambda: keychain, {}).get(KEY) == "newer"
    store.keep(KEY, "newest", save=True)
    assert keychain.passwords == {("guiuploader", KEY.account): "newest"}


def test_what_cannot_be_lent_stays_fleeting(keychain: Keychain) -> None:
    for store in (SecretStore(no_keychain, {}), SecretStore(lambda: keychain, {})):
        keychain.error = OSError("locked")
        store.keep(KEY, "one-off", save=False)
        store.lend(KEY)
        assert store.is_fleeting(KEY)
        store.give_back(KEY)
        assert store.get(KEY) == "one-off"


def test_the_parts_of_a_link_are_blanked_too() -> None:
    store = SecretStore(no_keychain, {})
    store.keep(KEY, "X-Amz-Date=2026&X-Amz-Signature=0123456789abcdef", save=False)
    assert store.blanked("SignatureProvided: 0123456789abcdef, 2026") == "SignatureProvided: ***, 2026"


def test_a_keychain_in_plain_text_is_not_taken_and_none_is_found_without_a_bus(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", PLAIN_TEXT_BACKEND],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home), "XDG_RUNTIME_DIR": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "None\n", "")
