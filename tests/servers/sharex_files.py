# SPDX-License-Identifier: MIT
"""ShareX uploaders of every generation: each with the request that it must give and the link it must find.

`SERVER` stands for the address of the server. The file that is sent is called `FILE` and holds `CONTENT`; it
is sent at noon of 22 November 2026.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.helpers.scripted_server import Answer, answer

FILE = "Übung 1.txt"
CONTENT = 'a&b "ü"\n'
LINK = "https://i.example/x1.png"

PLAIN = answer(200, LINK.encode())

Form = list[tuple[str, str]]


@dataclass(frozen=True)
class Case:
    """One file; `form` are the parts of a form, `file=` for the file's, `body` any other body, as text."""

    called: str
    members: Mapping[str, object] | str
    target: str = "/up"
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Form | None = None
    body: str | None = None
    answer: Answer = PLAIN
    link: str | None = LINK
    notes: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The file."""
        return self.members if isinstance(self.members, str) else json.dumps(self.members)


def new(**members: object) -> dict[str, object]:
    """Return a file of today's generation: a form with the file in the field “file”, but for what is told."""
    usual: dict[str, object] = {
        "Version": "17.0.0",
        "Name": "Example",
        "DestinationType": "ImageUploader, FileUploader",
        "RequestMethod": "POST",
        "RequestURL": "SERVER/up",
        "Body": "MultipartFormData",
        "FileFormName": "file",
    }
    return {name: value for name, value in {**usual, **members}.items() if value is not ...}


def text(**members: object) -> dict[str, object]:
    """Return one that takes texts."""
    return new(**{"DestinationType": "TextUploader", "FileFormName": ..., **members})


def old(**members: object) -> dict[str, object]:
    """Return one from before 14.0.0."""
    return new(**{"Version": "13.7.1", **members})


def legacy(**members: object) -> dict[str, object]:
    """Return one from before versions were written down."""
    return {"RequestType": "POST", "RequestURL": "SERVER/up", "FileFormName": "file", **members}


ONLY_FILE: Form = [("file", "the file")]


def json_answer(value: object, **headers: str) -> Answer:
    return answer(200, json.dumps(value).encode(), **headers)


XML = answer(200, b"<r><link rel='x'>https://i.example/x1.png</link><link>two</link></r>")
HTML = answer(200, b'<a href="https://i.example/x1.png">here</a> <a href="/2">2</a>')

CASES = [
    # What is sent
    Case("a form", new(), form=ONLY_FILE),
    Case(
        "fields go first, in order",
        new(Arguments={"b": "1", "a": "2"}),
        form=[("b", "1"), ("a", "2"), *ONLY_FILE],
    ),
    Case(
        "null arguments and blank names",
        new(Arguments={"a": None, " ": "x", "n": 5, "t": True}),
        form=[("a", ""), ("n", "5"), ("t", "True"), *ONLY_FILE],
    ),
    Case(
        "the file alone",
        new(Body="Binary", FileFormName=...),
        body=CONTENT,
        headers={"Content-Type": "application/x-test"},
    ),
    Case(
        "the file alone with a type of its own",
        new(Body="Binary", RequestMethod="PUT", Headers={"content-type": "image/x"}),
        method="PUT",
        body=CONTENT,
        headers={"Content-Type": "image/x"},
    ),
    Case(
        "a form keeps its own type",
        new(Headers={"Content-Type": "text/plain"}),
        form=ONLY_FILE,
        notes=("Headers.Content-Type",),
    ),
    Case(
        "headers",
        new(Headers={"X-A": "{filename}!", "User-Agent": "ShareX/17"}),
        form=ONLY_FILE,
        headers={"X-A": "Übung 1.txt!", "User-Agent": "ShareX/17"},
    ),
    Case(
        "a token",
        new(Headers={"Authorization": "Bearer abc{base64:x:y}"}),
        form=ONLY_FILE,
        headers={"Authorization": "Bearer abceDp5"},
    ),
    Case(
        "a plain token", new(Headers={"X-Api-Key": "k1k2k3"}), form=ONLY_FILE, headers={"X-Api-Key": "k1k2k3"}
    ),
    Case(
        "user and password in base64",
        new(Headers={"Authorization": "Basic {base64:me:pw}"}),
        form=ONLY_FILE,
        headers={"Authorization": "Basic bWU6cHc="},
    ),
    Case(
        "a header that the body sets",
        new(Headers={"Content-Length": "5", "Host": "x"}),
        form=ONLY_FILE,
        notes=("Headers.Content-Length", "Headers.Host"),
    ),
    Case("parameters", new(Parameters={"a": "b c", "e": ""}), target="/up?e&a=b%20c", form=ONLY_FILE),
    Case(
        "a query in the address, which gives way",
        new(RequestURL="SERVER/up?a=1&b=x%20y&c", Parameters={"a": "2"}),
        target="/up?c&a=2&b=x%20y",
        form=ONLY_FILE,
    ),
    Case(
        "the name in the address",
        new(RequestURL="SERVER/{filename}", Body="Binary"),
        target="/%C3%9Cbung%201.txt",
        body=CONTENT,
    ),
    Case(
        "a user in the address",
        new(RequestURL="AT/up"),
        form=ONLY_FILE,
        headers={"Authorization": "Basic bWU6cHc="},
    ),
    Case("a fragment", new(RequestURL="SERVER/up#x"), form=ONLY_FILE, notes=("RequestURL",)),
    Case("an escaped brace", new(Arguments={"a": "\\{x\\}\\|\\\\"}), form=[("a", "{x}|\\"), *ONLY_FILE]),
    Case(
        "what ends a text",
        new(Arguments={"a": "x}y", "b": "x|y"}),
        form=[("a", "x"), ("b", "x"), *ONLY_FILE],
        notes=("Arguments.a", "Arguments.b"),
    ),
    Case(
        "functions in one another",
        new(Arguments={"a": "{base64:{base64:{filename}}}"}),
        form=[("a", "dzV4aWRXNW5JREV1ZEhoMA=="), *ONLY_FILE],
    ),
    Case("a random one", new(Arguments={"a": "{random:x|x}"}), form=[("a", "x"), *ONLY_FILE]),
    Case("the text of a file is empty", new(Arguments={"a": "[{input}]"}), form=[("a", "[]"), *ONLY_FILE]),
    # Codes
    Case(
        "a date",
        new(Arguments={"a": "%y-%mo-%d %h:%mi:%s %yy %unix"}),
        form=[("a", "2026-11-22 12:00:00 26 1795348800"), *ONLY_FILE],
    ),
    Case("twelve hours", new(Arguments={"a": "%h %pm"}), form=[("a", "12 PM"), *ONLY_FILE]),
    Case(
        "names of month and day",
        new(Arguments={"a": "%mon2 %w2 %wy"}),
        form=[("a", "November Sunday 47"), *ONLY_FILE],
        notes=("%mon2", "%w2"),
    ),
    Case(
        "counters and sizes",
        new(Arguments={"a": "%i %i{4} %ix %width|"}),
        form=[("a", "1 0001 1 "), *ONLY_FILE],
        notes=("Arguments.a",),
    ),
    Case(
        "codes that are escaped", new(Arguments={"a": "\\%y %t 100%"}), form=[("a", "%y %t 100%"), *ONLY_FILE]
    ),
    Case(
        "codes inside a function", new(Arguments={"a": "{base64:%y}"}), form=[("a", "MjAyNg=="), *ONLY_FILE]
    ),
    Case("codes are none in addresses", new(RequestURL="SERVER/%20y"), target="/%20y", form=ONLY_FILE),
    Case("a guid", new(Arguments={"a": "%guid"}), form=[("a", "some-uuid"), *ONLY_FILE]),
    Case("a line break", new(Arguments={"a": "x%ny"}), form=[("a", "x\ny"), *ONLY_FILE]),
    Case(
        "the computer's name is asked for",
        new(Arguments={"a": "%cn"}),
        form=[("a", "asked"), *ONLY_FILE],
        notes=("%cn",),
        variables={"computer-name": "asked"},
    ),
    # What a person is asked for
    Case("a question", new(Arguments={"a": "{prompt:Album|new}"}), form=[("a", "new"), *ONLY_FILE]),
    Case(
        "a question that is answered",
        new(Arguments={"a": "{inputbox:Album}{inputbox:Album}"}),
        form=[("a", "mm"), *ONLY_FILE],
        variables={"album": "m"},
    ),
    Case(
        "a choice",
        new(Arguments={"a": "{select:red|blue}"}),
        form=[("a", "blue"), *ONLY_FILE],
        variables={"a": "blue"},
    ),
    Case(
        "a text that is only shown",
        new(Arguments={"a": "x{outputbox:T|y}"}),
        form=[("a", "x"), *ONLY_FILE],
        notes=("Arguments.a",),
    ),
    # Texts
    Case(
        "a text in JSON",
        text(Body="JSON", Data='{"t": "{input}", "n": "{FileName}", "y": "%y"}'),
        body='{"t": "a&b \\"ü\\"\\n", "n": "Übung 1.txt", "y": "2026"}',
        headers={"Content-Type": "application/json"},
    ),
    Case(
        "a text in XML",
        text(Body="XML", Data="<a>{INPUT}</a>"),
        body="<a>a&amp;b &quot;ü&quot;\n</a>",
        headers={"Content-Type": "application/xml"},
    ),
    Case(
        "a text in pairs",
        text(Body="FormURLEncoded", Arguments={"a b": "{input}", "c": "é %y"}),
        body="a+b=a%26b+%22%C3%BC%22%0A&c=%C3%A9+2026",
    ),
    Case(
        "pairs without the text",
        text(Body="FormURLEncoded", Arguments={"c": "é"}),
        body="c=%C3%A9",
        notes=("Arguments",),
    ),
    Case("a text in a form", text(Arguments={"c": "1", "t": "{input}"}), form=[("c", "1"), ("t", CONTENT)]),
    Case("a text as base64", text(Arguments={"t": "{base64:{input}}"}), form=[("t", "YSZiICLDvCIK")]),
    Case("a text as a file", text(FileFormName="file"), form=ONLY_FILE),
    Case("a text alone", text(Body="Binary"), body=CONTENT),
    Case(
        "nothing but an address",
        text(Body="None", RequestMethod="GET", RequestURL="SERVER/up?a=b"),
        method="GET",
        target="/up?a=b",
        body="",
        notes=("Body",),
    ),
    # The words of a file
    Case("names in small letters", {k.lower(): v for k, v in new().items()}, form=ONLY_FILE),
    Case("words in small letters", new(Body="binary", RequestMethod="put"), method="PUT", body=CONTENT),
    Case("words as numbers", new(Body=1, RequestMethod=3, DestinationType=5), method="PATCH", form=ONLY_FILE),
    Case("a mark before the text", "\ufeff" + json.dumps(new()), form=ONLY_FILE),
    Case(
        "what is not known",
        new(Colour="red", Headers=["x"], Arguments={"a": {}}),
        form=ONLY_FILE,
        notes=("Colour", "Arguments.a", "Headers"),
    ),
    Case(
        "a shortener besides",
        new(DestinationType="FileUploader, URLShortener"),
        form=ONLY_FILE,
        notes=("DestinationType",),
    ),
    # The answer
    Case(
        "a value in JSON",
        new(URL="{json:data.link}"),
        form=ONLY_FILE,
        answer=json_answer({"data": {"link": LINK}}),
    ),
    Case("a list in JSON", new(URL="{json:[0].url}"), form=ONLY_FILE, answer=json_answer([{"url": LINK}])),
    Case("names in brackets", new(URL="{json:['a'][0]}"), form=ONLY_FILE, answer=json_answer({"a": [LINK]})),
    Case(
        "an odd name",
        new(URL="{json:$.my-files.0.the url}"),
        form=ONLY_FILE,
        answer=json_answer({"my-files": {"0": {"the url": LINK}}}),
    ),
    Case(
        "a value of a header's JSON",
        new(URL="{json:{header:X-J}|a}"),
        form=ONLY_FILE,
        answer=json_answer(1, X_J=json.dumps({"a": LINK})),
    ),
    Case("XPath", new(URL="{xml:/r/link}"), form=ONLY_FILE, answer=XML),
    Case("a pattern", new(URL='{regex:href="(.+?)"|1}'), form=ONLY_FILE, answer=HTML),
    Case(
        "a pattern with a name",
        new(URL='{regex:(?<=href=")(?<l>[^"]\\{3,\\})|l}'),
        form=ONLY_FILE,
        answer=HTML,
    ),
    Case(
        "a pattern in a header",
        new(URL="{regex:{header:L}|<(.+)>|1}"),
        form=ONLY_FILE,
        answer=answer(200, L=f"<{LINK}>"),
    ),
    Case(
        "a pattern that never ends",
        new(URL="{regex:(a+)+$}"),
        form=ONLY_FILE,
        answer=answer(200, b"a" * 5000 + b"b"),
        link=None,
    ),
    Case(
        "the name in the link",
        new(URL="https://i.example/{filename}"),
        form=ONLY_FILE,
        link="https://i.example/%C3%9Cbung%201.txt",
    ),
    Case(
        "the address as sent", new(URL="{responseurl}?x"), form=ONLY_FILE, link="SERVER/up?x", notes=("URL",)
    ),
    Case(
        "links that are not kept",
        new(ThumbnailURL="{json:t}", DeletionURL="{json:d}"),
        form=ONLY_FILE,
        notes=("ThumbnailURL", "DeletionURL"),
    ),
    # Before 14.0.0
    Case(
        "dollars",
        old(URL="$json:data.link$", Arguments={"a": "{$filename$}|\\$"}),
        form=[("a", "{Übung 1.txt}|$"), *ONLY_FILE],
        answer=json_answer({"data": {"link": LINK}}),
    ),
    Case(
        "an old name that is not known",
        old(Arguments={"a": "x$nothing$y $5"}),
        form=[("a", "xy $5"), *ONLY_FILE],
        notes=("“$nothing$”",),
    ),
    Case(
        "old patterns", old(RegexList=["no", 'href="(.+?)"'], URL="$regex:2|1$"), form=ONLY_FILE, answer=HTML
    ),
    Case(
        "old patterns with a comma",
        old(RegexList=['href="([^{}|]{3,}?)"'], URL="$regex:1,1$"),
        form=ONLY_FILE,
        answer=HTML,
    ),
    Case(
        "an old text in JSON",
        old(
            DestinationType="TextUploader", Body="JSON", FileFormName=..., Data='{"t": "$input$", "p": "$5$"}'
        ),
        body='{"t": "a&b \\"ü\\"\\n", "p": "$5$"}',
    ),
    # Before versions
    Case("no version", legacy(URL="$json:link$"), form=ONLY_FILE, answer=json_answer({"link": LINK})),
    Case(
        "no version, and the newer braces",
        legacy(URL="{json:link}"),
        form=ONLY_FILE,
        answer=json_answer({"link": LINK}),
    ),
    Case(
        "arguments that were parameters",
        text(Version="12.3.1", Body=..., RequestMethod=..., RequestType="GET", Arguments={"a": "1"}),
        method="GET",
        target="/up?a=1",
        body="",
        notes=("Body",),
    ),
    Case(
        "a link in the header Location",
        legacy(ResponseType="LocationHeader"),
        form=ONLY_FILE,
        answer=answer(200, Location=LINK),
    ),
    Case(
        "a link in an address after redirects",
        legacy(ResponseType="RedirectionURL", URL="$response$!"),
        form=ONLY_FILE,
        link="SERVER/up!",
        notes=("URL",),
    ),
    Case("an answer in headers", legacy(ResponseType="Headers"), form=ONLY_FILE, notes=("ResponseType",)),
]
