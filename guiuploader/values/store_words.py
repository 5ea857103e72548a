# SPDX-License-Identifier: MIT
"""What goes wrong with object stores and what to do, in the form of `explanations.py`."""

from collections.abc import Mapping

from guiuploader.values.errors import ErrorCode
from guiuploader.values.words import QT_TR_NOOP

STORE_TEXTS: Mapping[ErrorCode, tuple[str, str, str]] = {
    ErrorCode.STORE_ADDRESS: (
        QT_TR_NOOP("This is no address of an object in a store."),
        QT_TR_NOOP("“{path}”: {reason}"),
        QT_TR_NOOP(
            "Write s3://bucket/key, or s3://CONNECTION@bucket/key; gs:// and az:// are written alike."
        ),
    ),
    ErrorCode.STORE_INVALID: (
        QT_TR_NOOP("There is a mistake in the connection “{connection}”."),
        QT_TR_NOOP("{key}: {reason}"),
        QT_TR_NOOP("Correct it and try again."),
    ),
    ErrorCode.STORE_UNKNOWN: (
        QT_TR_NOOP("There is no connection called “{connection}”."),
        QT_TR_NOOP("Saved are: {known}"),
        QT_TR_NOOP("Name one of these, or save one with “guiuploader connections add FILE”."),
    ),
    ErrorCode.STORE_EXISTS: (
        QT_TR_NOOP("There already is a connection called “{connection}”."),
        "",
        QT_TR_NOOP("Remove it first, or give the new one's file another name."),
    ),
    ErrorCode.STORE_SECRET_MISSING: (
        QT_TR_NOOP("The secret “{name}” for the connection “{connection}” is not known here."),
        QT_TR_NOOP("It is kept for {origin} alone; a changed endpoint asks again."),
        QT_TR_NOOP("Enter it in the window or the terminal, or set {variable} in the environment."),
    ),
    ErrorCode.STORE_NO_KEYS: (
        QT_TR_NOOP("There are no keys for the connection “{connection}”."),
        QT_TR_NOOP("{reason}"),
        QT_TR_NOOP("Give it keys, or say “anonymous = true” if everybody may read there."),
    ),
    ErrorCode.STORE_PROFILE: (
        QT_TR_NOOP("The AWS profile “{profile}” has to sign in before it has keys."),
        QT_TR_NOOP("It uses single sign-on, a role or a program; that takes the extra “aws”."),
        QT_TR_NOOP(
            "Install it as guiuploader itself, with “[aws]” behind (pipx install '.[aws]'); or set what "
            "“aws configure export-credentials --profile {profile} --format env” prints in the environment."
        ),
    ),
    ErrorCode.STORE_PROFILE_WRONG: (
        QT_TR_NOOP("There are no keys to be had by the AWS profile “{profile}”."),
        QT_TR_NOOP("{reason}"),
        QT_TR_NOOP("Correct it in ~/.aws/config; “aws configure list --profile {profile}” tells more."),
    ),
    ErrorCode.STORE_SIGN_IN_OVER: (
        QT_TR_NOOP("The single sign-on of the AWS profile “{profile}” has expired, or was never done."),
        "",
        QT_TR_NOOP("Run “aws sso login --profile {profile}” and try again."),
    ),
    ErrorCode.STORE_SIGN_IN_LOST: (
        QT_TR_NOOP("Nobody gives keys to the AWS profile “{profile}” just now."),
        QT_TR_NOOP("There was no good answer from {host}."),
        QT_TR_NOOP("Check the network; it is tried again by itself."),
    ),
    ErrorCode.STORE_ROLE_DENIED: (
        QT_TR_NOOP("The AWS profile “{profile}” may not have its role."),
        QT_TR_NOOP("AWS answered {answer}."),
        QT_TR_NOOP("Check the role's name in ~/.aws/config, and ask its owner to let you have it."),
    ),
    ErrorCode.STORE_NAME: (
        QT_TR_NOOP("This object's name cannot be asked for."),
        QT_TR_NOOP("“{path}” has an empty part, one of nothing but dots, or a control character."),
        QT_TR_NOOP("Copy it to another name in the store and send that."),
    ),
    ErrorCode.STORE_WRONG_KEY: (
        QT_TR_NOOP("The store does not accept the key."),
        QT_TR_NOOP("“{path}”: it answered {answer}."),
        QT_TR_NOOP("Check access key and secret key of the connection, and that they belong together."),
    ),
    ErrorCode.STORE_EXPIRED: (
        QT_TR_NOOP("The token for the store has expired, or is none of its own."),
        QT_TR_NOOP("“{path}”: it answered {answer}."),
        QT_TR_NOOP("Get a new session token, with the two keys that come with it, and try again."),
    ),
    ErrorCode.STORE_CLOCK: (
        QT_TR_NOOP("The clock of this computer differs too much from the store's."),
        QT_TR_NOOP("“{path}”: it answered {answer}."),
        QT_TR_NOOP("Set the clock, and the time zone, and try again."),
    ),
    ErrorCode.STORE_DENIED: (
        QT_TR_NOOP("The key may not read this."),
        QT_TR_NOOP("“{path}”: the store answered {answer}."),
        QT_TR_NOOP("Ask the bucket's owner for the right to read it, and to list it for a whole folder."),
    ),
    ErrorCode.STORE_NO_BUCKET: (
        QT_TR_NOOP("There is no such bucket."),
        QT_TR_NOOP("“{path}”: the store answered {answer}."),
        QT_TR_NOOP("Check the bucket's name, and that the connection leads to the right store."),
    ),
    ErrorCode.STORE_NO_OBJECT: (
        QT_TR_NOOP("There is no such object in the bucket."),
        QT_TR_NOOP("“{path}”: the store answered {answer}."),
        QT_TR_NOOP("Check the key, capitals included; a folder's address may end in “/”."),
    ),
    ErrorCode.STORE_ARCHIVED: (
        QT_TR_NOOP("The object is in the store's archive and cannot be read from there."),
        QT_TR_NOOP("“{path}”: the store answered {answer}."),
        QT_TR_NOOP("Restore it in the store first, which may take hours, then try again."),
    ),
    ErrorCode.STORE_REGION: (
        QT_TR_NOOP("The bucket is in another region."),
        QT_TR_NOOP("“{path}”: the store answered {answer}."),
        QT_TR_NOOP("Set the bucket's own region in the connection."),
    ),
    ErrorCode.STORE_CHANGED: (
        QT_TR_NOOP("The object was overwritten since it was added."),
        QT_TR_NOOP("“{path}” has another content now; nothing of it was mixed with the old one."),
        QT_TR_NOOP("Try again to send it as it is now."),
    ),
    ErrorCode.STORE_LOST: (
        QT_TR_NOOP("The store cannot be read from just now."),
        QT_TR_NOOP("“{path}”: {reason}"),
        QT_TR_NOOP("Check the network and the connection's endpoint; it is tried again where that may help."),
    ),
    ErrorCode.STORE_WRITE_DENIED: (
        QT_TR_NOOP("The key may not write there."),
        QT_TR_NOOP("“{path}”: the store answered {answer}."),
        QT_TR_NOOP("Ask the bucket's owner for the right to store objects below this name."),
    ),
    ErrorCode.STORE_REFUSED: (
        QT_TR_NOOP("The store refused to give this."),
        QT_TR_NOOP("“{path}”: it answered {answer}."),
        QT_TR_NOOP("Ask the store's owner, naming this answer."),
    ),
}
