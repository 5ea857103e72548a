# SPDX-License-Identifier: MIT
"""What the window says about many uploads at once: what was added, how far all are, how they ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from guiuploader.uploads.rows import Overall
from guiuploader.uploads.upload import Upload
from guiuploader.values.quantities import duration_text, size_text, speed_text
from guiuploader.values.redact import printable
from guiuploader.values.states import ACTIVE, State
from guiuploader.window.wording import name_text, number, translate, words

_JOINT = " · "


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many of a run's uploads came to which end; `has_files` unless all were requests without one."""

    arrived: int = 0
    skipped: int = 0
    failed: int = 0
    unconfirmed: int = 0
    cancelled: int = 0
    has_files: bool = True

    @property
    def total(self) -> int:
        """How many there were."""
        return self.arrived + self.skipped + self.failed + self.unconfirmed + self.cancelled


def files(count: int) -> str:
    """Return "1 file" or "400 files"."""
    if count == 1:
        return translate("sentences", "1 file")
    return translate("sentences", "{n} files", "", count).format(n=number(count))


def adding(place: str) -> str:
    """Say that files are being looked through."""
    return translate("sentences", "Adding files to {place}…").format(place=place)


def added(count: int, place: str) -> str:
    """Say what was added and where it goes."""
    if count == 0:
        return translate("sentences", "Nothing was added to {place}.").format(place=place)
    return translate("sentences", "Added {files} to {place}").format(files=files(count), place=place)


def held(count: int, place: str) -> str:
    """Say that files wait for "Send", and why."""
    text = translate(
        "sentences", "{files} for {place} wait for your “Send”, as this destination has not been used yet"
    )
    if count == 1:
        text = translate(
            "sentences",
            "{files} for {place} waits for your “Send”, as this destination has not been used yet",
        )
    return text.format(files=files(count), place=place)


def request_added(place: str) -> str:
    """Say that a request without a file stands in the queue."""
    return translate("sentences", "Added a request to {place}").format(place=place)


def request_held(place: str) -> str:
    """Say that a request without a file waits for "Send", and why."""
    return translate(
        "sentences",
        "The request to {place} waits for your “Send”, as this destination has not been used yet",
    ).format(place=place)


def takes_no_file(name: str) -> str:
    """Say why files cannot be added to a destination, and what can be done there."""
    return translate("sentences", "“{name}” sends a request without a file: use “Send request”.").format(
        name=printable(name)
    )


def refused(count: int) -> str:
    """Say how many things could not be added."""
    if count == 1:
        return translate("sentences", "1 could not be added")
    return translate("sentences", "{n} could not be added", "", count).format(n=number(count))


def skipped(count: int) -> str:
    """Say how many are skipped."""
    return translate("sentences", "{n} skipped", "", count).format(n=number(count))


def sent_before(count: int) -> str:
    """Say that nothing needed to be sent."""
    if count == 1:
        return translate("sentences", "1 file skipped: it is there already")
    return translate("sentences", "All {n} skipped: already there", "", count).format(n=number(count))


def waiting_for_destination(count: int) -> str:
    """Say that what was dropped waits until there is a destination."""
    if count == 1:
        return translate("sentences", "What you added waits until you say where it should go.")
    return translate(
        "sentences", "The {n} things you added wait until you say where they should go.", "", count
    ).format(n=number(count))


def progress(overall: Overall) -> str:
    """Return "3 of 12 done · 41.3 GB left · 94 MB/s · about 7 min", without what is not known."""
    if not overall.total:
        return translate("sentences", "Nothing to send yet")
    counts = overall.counts
    parts = [
        translate("sentences", "{done} of {total} done").format(
            done=number(counts[State.DONE]), total=number(overall.total)
        )
    ]
    if counts[State.SKIPPED]:
        parts.append(skipped(counts[State.SKIPPED]))
    if overall.unfinished:
        if overall.bytes_left:
            size = size_text(overall.bytes_left, words)
            parts.append(translate("sentences", "{size} left").format(size=size))
        if overall.bytes_per_second > 0:
            parts.append(speed_text(overall.bytes_per_second, words))
        if overall.bytes_left and overall.seconds_left is not None:
            time = duration_text(overall.seconds_left, words)
            parts.append(translate("sentences", "about {time}").format(time=time))
    if counts[State.PAUSED]:
        parts.append(paused(counts[State.PAUSED]))
    elif counts[State.HELD] and not overall.unfinished:
        parts.append(
            translate("sentences", "{n} waiting for “Send”", "", counts[State.HELD]).format(
                n=number(counts[State.HELD])
            )
        )
    return _JOINT.join(parts)


def paused(count: int) -> str:
    """Say how many are paused."""
    return translate("sentences", "{n} paused", "", count).format(n=number(count))


def limit(bytes_per_second: int) -> str:
    """Say how fast all uploads together may be."""
    return translate("sentences", "Limit: {speed}").format(speed=speed_text(bytes_per_second, words))


def ended(outcome: Outcome) -> str:
    """Return the one lasting sentence of a run: "All 400 arrived", or who did not."""
    return _ended_alike(outcome) or _ended_variously(outcome)


def _ended_alike(outcome: Outcome) -> str:
    """Say that all arrived or none needed to, "" otherwise."""
    if outcome.arrived == outcome.total and not outcome.has_files:
        if outcome.total == 1:
            return translate("sentences", "The request is done")
        return translate("sentences", "All {n} requests are done", "", outcome.total).format(
            n=number(outcome.total)
        )
    if outcome.arrived == outcome.total:
        if outcome.total == 1:
            return translate("sentences", "1 file arrived")
        return translate("sentences", "All {n} arrived", "", outcome.total).format(n=number(outcome.total))
    if outcome.skipped == outcome.total:
        return sent_before(outcome.skipped)
    return ""


def _ended_variously(outcome: Outcome) -> str:
    arrived = translate("sentences", "{n} arrived", "", outcome.arrived)
    if not outcome.has_files:
        arrived = translate("sentences", "{n} done", "", outcome.arrived)
    parts = [arrived.format(n=number(outcome.arrived))]
    if outcome.skipped:
        parts.append(skipped(outcome.skipped))
    if outcome.failed:
        parts.append(
            translate("sentences", "{n} failed", "", outcome.failed).format(n=number(outcome.failed))
        )
    if outcome.unconfirmed:
        parts.append(
            translate("sentences", "{n} may have arrived", "", outcome.unconfirmed).format(
                n=number(outcome.unconfirmed)
            )
        )
    if outcome.cancelled:
        parts.append(
            translate("sentences", "{n} cancelled", "", outcome.cancelled).format(n=number(outcome.cancelled))
        )
    return translate("sentences", ", ").join(parts)


def stays_open() -> str:
    """Say why the window did not close, though it was to."""
    return translate("sentences", "guiuploader stays open, as not all arrived or something is left to do.")


def was_closed() -> str:
    """Say that the window closed by itself."""
    return translate("sentences", "guiuploader was closed, as you chose.")


def not_ended(overall: Overall, not_added: int) -> str:
    """Say what closing the window would stop; `not_added` is what still waits for an answer."""
    running = sum(overall.counts[state] for state in ACTIVE)
    parts = []
    if running == 1:
        parts.append(translate("sentences", "1 upload is still running"))
    elif running:
        parts.append(
            translate("sentences", "{n} uploads are still running", "", running).format(n=number(running))
        )
    if overall.counts[State.QUEUED]:
        parts.append(
            translate("sentences", "{n} waiting", "", overall.counts[State.QUEUED]).format(
                n=number(overall.counts[State.QUEUED])
            )
        )
    if overall.counts[State.RETRYING]:
        count = overall.counts[State.RETRYING]
        parts.append(translate("sentences", "{n} to be tried again", "", count).format(n=number(count)))
    if overall.counts[State.PAUSED]:
        parts.append(paused(overall.counts[State.PAUSED]))
    if overall.counts[State.HELD]:
        parts.append(
            translate("sentences", "{n} waiting for “Send”", "", overall.counts[State.HELD]).format(
                n=number(overall.counts[State.HELD])
            )
        )
    if not_added:
        parts.append(translate("sentences", "{n} not added yet", "", not_added).format(n=number(not_added)))
    if not parts:
        parts.append(translate("sentences", "Files are still being looked for"))
    return translate("sentences", "{parts}.").format(parts=translate("sentences", ", ").join(parts))


def request_taken_back(*, is_kept: bool) -> str:
    """Say what came of Undo for a request without a file."""
    if is_kept:
        return translate("sentences", "Nothing was taken back: the request had been made or may have.")
    return translate("sentences", "Taken back: the request.")


def taken_back(taken: int, kept: int) -> str:
    """Say what came of Undo; `kept` is what had arrived, or may have, before it could be stopped."""
    if not taken and not kept:
        return translate("sentences", "Taken back before anything was added.")
    if not kept:
        return translate("sentences", "Taken back: {files}.").format(files=files(taken))
    if not taken:
        return translate(
            "sentences", "Nothing was taken back: {n} had arrived or may have.", "", kept
        ).format(n=number(kept))
    text = translate("sentences", "Taken back: {files}; {n} had already arrived or may have.", "", kept)
    return text.format(files=files(taken), n=number(kept))


def selected(count: int) -> str:
    """Say how many rows are selected."""
    return translate("sentences", "{n} uploads selected", "", count).format(n=number(count))


def together(size: int | None, ended_count: int) -> str:
    """Say how large the selected rows are together, if there are files, and how many of them ended."""
    done = translate("sentences", "{ended} of them ended").format(ended=number(ended_count))
    return done if size is None else _JOINT.join((size_text(size, words), done))


def foreign(address: str) -> str:
    """Say why something from a browser was not added."""
    return translate(
        "sentences", "{address}: this is not a file on this computer. Save it first, then add the saved file."
    ).format(address=printable(address))


def send_again(uploads: Sequence[Upload]) -> str:
    """Ask whether uploads that may have arrived are to be sent once more."""
    if len(uploads) == 1:
        return translate("sentences", "Send {name} again?").format(name=name_text(uploads[0]))
    if not any(upload.destination.takes_file for upload in uploads):
        return translate(
            "sentences", "Send {n} requests again that may have been carried out?", "", len(uploads)
        ).format(n=number(len(uploads)))
    return translate("sentences", "Send {n} files again that may have arrived?", "", len(uploads)).format(
        n=number(len(uploads))
    )


def might_double() -> str:
    """Say what sending again may lead to."""
    return translate("sentences", "If they did arrive, the server may then have them twice.")
