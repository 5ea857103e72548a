# SPDX-License-Identifier: MIT
"""Send a file to an S3 store: in one request, or part by part into a multipart upload that can be resumed.

What the store has decides from where it goes on. Until CompleteMultipartUpload there is no object.
"""

from contextlib import suppress

from requests_toolbelt import StreamingIterator

from guiuploader.transfer.body import Body
from guiuploader.transfer.cargo import Cargo, Sent, opened_at
from guiuploader.transfer.exchange import Delivery, Passage
from guiuploader.transfer.file_bytes import FileBytes
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.progress import Meter, TellingMeter
from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.s3_ending import after_loss, end
from guiuploader.transfer.s3_part import Stream, compare, mismatch, part_digest, send_part
from guiuploader.transfer.s3_upload import S3Upload, is_yes
from guiuploader.transfer.s3_words import (
    SMALL_OBJECT,
    composite,
    etag_of,
    is_composite,
    is_gone,
    root_and_texts,
)
from guiuploader.transfer.store_target import StoreTarget
from guiuploader.values.errors import ErrorCode, NetworkError, SourceError, UploaderError

_LOST = frozenset({ErrorCode.CONNECTION_LOST, ErrorCode.SEND_STALLED})


def deliver(passage: Passage, filled: FilledRequest, target: StoreTarget) -> tuple[FilledRequest, Delivery]:
    """Send the file until the store has the object; the request is returned with its address.

    Raises an error of our tree, as `exchange.deliver` does.
    """
    source = passage.job.sources[0]
    if source.size is None:
        raise SourceError(ErrorCode.SOURCE_LENGTHLESS, path=source.location)
    upload = S3Upload(passage, filled, source.size, target)
    kept = passage.job.checkpoint
    try:
        if kept is not None and kept.url.startswith(f"{target.access.url}/"):
            upload.take_up(kept)
        if upload.may_be_whole and not (upload.id and upload.listed()):
            reply = upload.whole_there(upload.proof)
            if reply is not None:
                return upload.filled, _found(upload, reply)
        is_large = upload.id or upload.size > SMALL_OBJECT
        delivery = _by_parts(upload) if is_large else _at_once(upload)
    except UploaderError as error:
        if passage.control.cancelled and upload.id:
            raise end(upload, error) from error
        raise
    return upload.filled, delivery


def _at_once(upload: S3Upload) -> Delivery:
    """Send the object in one request."""
    passage = upload.passage
    with (
        opened_at(
            upload.source,
            0,
            passage.control,
            algorithm=passage.job.destination.reply.hash,
            passing=passage.events.reading_ahead,
        ) as cargo,
        part_digest(upload, cargo.files[0], upload.size) as digest,
    ):
        meter = TellingMeter(passage.events, lambda: upload.let_go(digest()))
        stream = Stream(cargo.files[0], upload.size, meter, whole=True)
        try:
            reply = upload.put(Body(StreamingIterator(upload.size, stream), upload.size, None), meter)
        except NetworkError as error:
            reply = after_loss(upload, error, digest())
        if not is_yes(reply):
            raise _refused(upload, reply)
        if not etag_of(reply):
            raise upload.broken(reply, "It does not say what it calls the object (ETag).")
        compare(upload, reply, digest())
        return Delivery(reply, cargo.sent(), complete=True, created=upload.url, proved=upload.is_plain)


def _by_parts(upload: S3Upload) -> Delivery:
    """Take a multipart upload up or make it, and send until all is there; a broken line is mended at once."""
    best, is_made_anew = -1, False
    while True:
        if not upload.id or not upload.listed():
            upload.create()
        upload.settle()  # as long as it is there to be filled, there is no object of it
        try:
            delivery = _filled_up(upload)
        except NetworkError as error:
            is_over = error.problem.code not in _LOST or upload.passage.control.cancelled
            if is_over or len(upload.parts) <= best:
                raise
            best = len(upload.parts)
            continue
        if isinstance(delivery, Delivery):
            return delivery
        if is_made_anew:
            raise upload.refused(delivery)
        is_made_anew = True
        upload.forget()


def _filled_up(upload: S3Upload) -> Delivery | Reply:
    """Send what the store lacks and have it make the object; the answer where the upload is gone."""
    passage, there = upload.passage, upload.there
    algorithm = passage.job.destination.reply.hash
    if there:
        passage.events.resumed(there)
    with opened_at(
        upload.source,
        there if algorithm == "none" else 0,
        passage.control,
        algorithm=algorithm,
        passing=passage.events.reading_ahead,
    ) as cargo:
        file = cargo.files[0]
        if file.position < there:
            passage.events.reading_ahead()
            _pass_over(upload, file)
        meter = Meter(passage.events, start=file.position)
        while not file.complete:
            sent = send_part(upload, file, meter)
            if isinstance(sent, Reply):
                if is_gone(sent):
                    return sent
                raise _refused(upload, sent)
            upload.parts.append(sent)
        return _completed(upload, cargo)


def _pass_over(upload: S3Upload, file: FileBytes) -> None:
    """Read what the store has, for the hash of the whole, and compare its parts on the way.

    Where one of their ETags is an MD5, all are. Raises ServerRefused(DIGEST_MISMATCH).
    """
    pairs = []
    for part in upload.parts:
        with part_digest(upload, file, part.size) as digest:
            file.pass_over(file.position + part.size)
            pairs.append((digest(), part.etag))
    equal = [md5 == etag for md5, etag in pairs]
    upload.is_plain = all(equal)
    if any(equal) and not upload.is_plain:
        wrong = pairs[equal.index(False)]
        with suppress(UploaderError):  # what was found is what matters
            upload.abort()
        upload.forget()
        raise mismatch(*wrong)


def _completed(upload: S3Upload, cargo: Cargo) -> Delivery | Reply:
    """Have the object made, which is the commit point."""
    proof = composite(upload.parts)
    meter = TellingMeter(upload.passage.events, lambda: upload.let_go(proof), start=upload.size)
    meter.finished()
    try:
        reply = upload.complete(meter)
    except NetworkError as error:
        reply = after_loss(upload, error, proof)
        return _made(upload, cargo, reply)
    root, texts = root_and_texts(reply)
    if is_yes(reply) and root == "CompleteMultipartUploadResult":
        etag = texts.get("ETag", "").strip('"')
        if upload.is_plain and is_composite(etag, len(upload.parts)) and etag != proof:
            raise mismatch(proof, etag)
        return _made(upload, cargo, reply)
    if is_gone(reply) or (is_yes(reply) and root != "Error"):
        found = upload.whole_there(proof)
        if found is not None:
            return _made(upload, cargo, found)
        if is_gone(reply):
            return reply
        raise upload.lost()
    raise _refused(upload, reply)


def _made(upload: S3Upload, cargo: Cargo, reply: Reply) -> Delivery:
    return Delivery(reply, cargo.sent(), complete=True, created=upload.url, proved=upload.is_plain)


def _found(upload: S3Upload, reply: Reply) -> Delivery:
    """Return what came of an attempt whose answer was lost, now that the store has the object."""
    passage = upload.passage
    algorithm = passage.job.destination.reply.hash
    passage.events.resumed(upload.size)
    if algorithm == "none":
        sent: tuple[Sent, ...] = (Sent(upload.size, changed=False, sha256=None, md5=None),)
    else:
        with opened_at(
            upload.source,
            upload.size,
            passage.control,
            algorithm=algorithm,
            passing=passage.events.reading_ahead,
        ) as cargo:
            sent = cargo.sent()
    return Delivery(reply, sent, complete=True, created=upload.url)


def _refused(upload: S3Upload, reply: Reply) -> UploaderError:
    """Return the error for a no, after which an object is not there where the store surely did nothing."""
    error = upload.refused(reply)
    if reply.status // 100 == 4:  # noqa: PLR2004 - the class of what the store would not do
        upload.settle()
    return error
