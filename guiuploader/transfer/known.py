# SPDX-License-Identifier: MIT
"""What the replies to an upload's requests gave so far, for those that follow and for a later attempt."""

from collections.abc import Mapping
from dataclasses import replace

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.step import Step
from guiuploader.destinations.texts import texts_in_use
from guiuploader.transfer.checkpoint import Checkpoint, Finished
from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.record import Record
from guiuploader.transfer.reply import find
from guiuploader.transfer.step_requests import mentions
from guiuploader.values.errors import ErrorCode, ServerRefused
from guiuploader.values.functions import RequestScope
from guiuploader.values.links import opens
from guiuploader.values.redact import is_secret_name
from guiuploader.values.template import TemplateError

_SIGN_IN_HEADERS = (".authorization", ".cookie")


class Known:
    """Values by step and by part. What holds a secret is blanked wherever it is shown, and never kept."""

    def __init__(self, destination: Destination, record: Record) -> None:
        self._destination = destination
        self._record = record
        self._steps: dict[str, dict[str, str]] = {}
        self.parts: dict[int, dict[str, str]] = {}
        self._secret: set[str] = set()
        texts = [text for text in texts_in_use(destination) if not text.table.startswith("before")]
        spoken = {text.key: mentions(text.text) for text in texts}
        self._signing = {each for key, said in spoken.items() if _signs_in(key) for each in said}
        said_elsewhere = {each for key, said in spoken.items() if not _signs_in(key) for each in said}
        before = {step.name for step in destination.before}
        self._telling = {each for key, said in spoken.items() if _tells_secrets(key) for each in said}
        self._carrying = {each.partition(".")[0] for each in said_elsewhere} & before

    def __contains__(self, step: str) -> bool:
        return step in self._steps

    @property
    def signs(self) -> bool:
        """Whether all is there that the sign-in is made of."""
        return all(mention.partition(".")[0] in self._steps for mention in self._signing)

    @property
    def renewable(self) -> list[Step]:
        """The steps before the file that only the sign-in needs: run again, they give a new one.

        What another request speaks of besides may be the upload itself, of which there must be but one.
        """
        signing = {mention.partition(".")[0] for mention in self._signing}
        return [step for step in self._destination.before if step.name in signing - self._carrying]

    def take_up(self, kept: Checkpoint | None) -> bool:
        """Go on with what an earlier attempt left; tell whether there is anything.

        Parts are none where a step that they went by must be run again: they are of another upload then.
        """
        finished = kept.finished if kept is not None else None
        if finished is None:
            return False
        self._steps = {name: dict(values) for name, values in finished.steps.items()}
        lost = self._carrying - self._steps.keys()
        self.parts = {} if lost else {int(number): dict(each) for number, each in finished.parts.items()}
        return True

    def forget(self) -> None:
        """Begin anew."""
        self._steps, self.parts = {}, {}
        self._secret.clear()

    def take(self, step: Step, reply: Reply) -> None:
        """Note what a step gave. Raises ServerRefused where something is missing."""
        self._steps[step.name] = {
            name: self._found(name, text, reply, step.name, f"{step.name}.{name}")
            for name, text in step.gives.items()
        }

    def take_part(self, number: int, reply: Reply) -> None:
        """Note what a part gave, and the values of steps that it renews. Raises as `take` does."""
        parts = self._destination.parts
        values = {name: self._found(name, text, reply, "", name) for name, text in parts.gives.items()}
        for mention, text in parts.renews.items():
            step, _, name = mention.partition(".")
            self._steps[step] = {**self._steps[step], name: self._found(name, text, reply, step, mention)}
        self.parts[number] = values

    def scope(
        self, general: RequestScope, count: int, facts: Mapping[str, str] | None = None
    ) -> RequestScope:
        """Return what a request's templates may draw on; `facts` are those of its own part."""

        def part(name: str, number: str) -> str:
            found = self._of_part(int(number)) if number else facts
            if found is None or name not in found:
                raise TemplateError(f"“{{part:{name}}}” is not known here")
            return found[name]

        return replace(general, step=self._step, part=part, parts=count)

    def finished(self) -> Finished:
        """Return what may be kept."""
        steps = {name: values for name, values in self._steps.items() if name not in self._secret}
        parts = {} if "" in self._secret else self.parts
        return Finished(
            {name: dict(values) for name, values in steps.items()},
            {str(number): dict(values) for number, values in parts.items()},
        )

    def _step(self, mention: str) -> str:
        step, _, name = mention.partition(".")
        try:
            return self._steps[step][name]
        except KeyError as error:
            raise TemplateError(f"“{{step:{mention}}}” is not known here") from error

    def _of_part(self, number: int) -> Mapping[str, str]:
        return {"number": str(number), "index": str(number - 1), **self.parts[number]}

    def _found(self, name: str, text: str, reply: Reply, owner: str, mention: str) -> str:
        value = find(text, reply).strip()
        if not value:
            raise ServerRefused(ErrorCode.STEP_GAVE_NOTHING, status=reply.status, name=name)
        if is_secret_name(name) or mention in self._signing | self._telling or opens(value):
            self._secret.add(owner)
            self._record.hide(value)
        return value


def _signs_in(key: str) -> bool:
    """Tell whether a text proves who sends, rather than saying what is sent."""
    return key.startswith("auth.") or key.lower().endswith(_SIGN_IN_HEADERS)


def _tells_secrets(key: str) -> bool:
    """Tell whether a text is that of a header or in an address, and what is called so usually is a secret."""
    where, _, name = key.rpartition(".")
    return where.endswith(("headers", "query")) and is_secret_name(name)
