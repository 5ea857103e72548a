# SPDX-License-Identifier: MIT
"""OpenAPI documents as they are published, and the request that each operation must give.

`SERVER` stands for the address of the server that they are tried on.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

FILE = "a photo.png"
CONTENT = b"\x89PNG\r\n\x00 the file"
TYPE = "application/x-test"

# Generators write such a document for a web framework: 3.0, YAML, components, `allOf`, an error model.
PHOTOS = """
openapi: 3.0.3
info: {title: Photo box, version: "1.0"}
servers:
  - url: SERVER/{stage}/v{version}/
    description: the only one
    variables:
      stage: {default: live, enum: [live, test], description: Where it runs}
      version: {default: "2"}
security:
  - bearer: []
paths:
  /albums/{albumId}/photos:
    parameters:
      - {name: albumId, in: path, required: true, schema: {type: integer}, description: The album. Of all.}
      - $ref: '#/components/parameters/Trace'
    get:
      responses: {"200": {description: a list}}
    post:
      operationId: addPhoto
      summary: Add a photo
      parameters:
        - {name: overwrite, in: query, schema: {type: boolean, default: false}}
        - {name: Idempotency-Key, in: header, schema: {type: string, format: uuid}}
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: {$ref: '#/components/schemas/NewPhoto'}
      responses:
        201:
          description: made
          content:
            application/json:
              schema:
                type: object
                properties:
                  data: {$ref: '#/components/schemas/Photo'}
        default:
          description: broken
          content:
            application/json:
              schema: {type: object, properties: {error: {$ref: '#/components/schemas/Error'}}}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer, bearerFormat: JWT}
  parameters:
    Trace: {name: X-Trace, in: header, required: true, schema: {type: string, default: none}}
  schemas:
    Base:
      type: object
      required: [title]
      properties:
        id: {type: string, readOnly: true}
        title: {type: string}
        kind: {type: string, enum: [photo, scan], default: photo}
    NewPhoto:
      allOf:
        - $ref: '#/components/schemas/Base'
        - type: object
          required: [image]
          properties:
            image: {type: string, format: binary}
            caption: {type: string}
    Photo:
      allOf:
        - $ref: '#/components/schemas/Base'
        - type: object
          properties:
            thumbnailUrl: {type: string, format: uri}
            url: {type: string, format: uri}
            parent: {$ref: '#/components/schemas/Photo'}
            children: {type: array, items: {$ref: '#/components/schemas/Photo'}}
    Error:
      type: object
      properties: {message: {type: string}, inner: {$ref: '#/components/schemas/Error'}}
"""

# 3.1 as FastAPI writes it: JSON, no servers, optional files as alternatives with null.
FASTAPI = """
{"openapi": "3.1.0", "info": {"title": "FastAPI", "version": "0.1.0"},
 "paths": {"/uploadfiles/": {"post": {
   "summary": "Create Upload Files", "operationId": "create_upload_files_uploadfiles__post",
   "requestBody": {"required": true, "content": {"multipart/form-data": {
     "schema": {"$ref": "#/components/schemas/Body"}}}},
   "responses": {"200": {"description": "Successful Response",
       "content": {"application/json": {"schema": {}}}},
     "422": {"description": "Validation Error", "content": {"application/json": {"schema": {
       "type": "object", "properties": {"detail": {"type": "string"}}}}}}}}}},
 "components": {"schemas": {"Body": {
   "properties": {
     "files": {"items": {"type": "string", "contentMediaType": "application/octet-stream"},
       "type": "array", "title": "Files", "maxItems": 3},
     "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Note"},
     "retries": {"type": "integer", "default": 3},
     "token": {"type": "string", "title": "Token"}},
   "type": "object", "required": ["files", "token"], "title": "Body"}}}}
"""

# A store: octet-stream by PUT with the key in the path, two sign-ins of which one is not known, 3.0, JSON.
STORE = """
{"openapi": "3.0.0", "info": {"title": "Blobs"}, "servers": [{"url": "SERVER/store"}],
 "components": {"securitySchemes": {
   "hawk": {"type": "http", "scheme": "hawk"},
   "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "Your key"},
   "site": {"type": "apiKey", "in": "query", "name": "site_key"},
   "session": {"type": "apiKey", "in": "cookie", "name": "sid"}}},
 "security": [{"hawk": []}, {"key": [], "site": [], "session": []}],
 "paths": {"/{bucket}/{objectKey}": {"put": {
   "operationId": "putObject",
   "parameters": [
     {"name": "bucket", "in": "path", "required": true, "schema": {"type": "string", "default": "main"}},
     {"name": "objectKey", "in": "path", "required": true, "schema": {"type": "string"}},
     {"name": "Content-Type", "in": "header", "required": true, "schema": {"type": "string"}},
     {"name": "mode", "in": "query", "required": true, "schema": {"type": "string", "enum": ["copy"]}},
     {"name": "lang", "in": "cookie", "required": true, "schema": {"type": "string", "default": "en"}},
     {"name": "X-Checksum", "in": "header", "schema": {"type": "string"}}],
   "requestBody": {"content": {"application/octet-stream": {
     "schema": {"type": "string", "format": "binary"}}}},
   "responses": {"201": {"description": "made", "headers": {
     "Location": {"schema": {"type": "string"}}}}}}}}}
"""

# 3.1, YAML: encoding objects, a table beside the file, part headers, base64, an anchor and a merge.
DOCUMENTS = """
openapi: 3.1.0
info: {title: "Archive \U0001f4e6"}
servers: [{url: "SERVER"}]
x-usual: &usual {type: string, description: The language}
paths:
  /documents:
    post:
      operationId: archive
      security: [{basic: []}]
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              required: [meta, scan, language, signed]
              properties:
                meta:
                  type: object
                  properties: {author: {type: string}}
                  default: {author: nobody}
                scan: {}
                language: {<<: *usual, default: en}
                signed: {type: boolean}
                stamp: {type: string, contentEncoding: base64, contentMediaType: image/png}
            encoding:
              scan:
                contentType: application/pdf
                headers:
                  X-Pages: {required: true, schema: {type: integer, default: 1}}
                  Content-Type: {schema: {type: string}}
              language: {contentType: text/plain; charset=utf-8}
      responses:
        2XX:
          description: made
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Tree'}}}}
components:
  securitySchemes: {basic: {type: http, scheme: basic}}
  schemas:
    Tree: {type: object, properties: {name: {type: string}, links: {$ref: '#/components/schemas/Links'},
      branches: {type: array, items: {$ref: '#/components/schemas/Tree'}}}}
    Links: {type: object, properties: {delete_url: {type: string}, href: {type: string}}}
"""

# A file inside JSON, in base64, with OAuth 2 and an address of its own for this operation.
INSIDE = """
openapi: 3.0.1
info:
  title: Notes
servers:
  - url: https://elsewhere.example
paths:
  /notes:
    post:
      operationId: addNote
      servers:
        - url: SERVER/api
      security:
        - oauth: [write]
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [title, stars, attachment, tags, done]
              properties:
                title: {type: string}
                stars: {type: integer, default: 5}
                done: {type: boolean}
                tags: {type: array, items: {type: string}}
                lost: {type: string}
                attachment:
                  type: object
                  required: [name, data]
                  properties:
                    name: {type: string, enum: ['{x}"']}
                    data: {type: string, format: byte}
      responses:
        200: {description: fine, content: {application/json: {schema: {properties: {link: {type: string}}}}}}
components:
  securitySchemes:
    oauth:
      type: oauth2
      flows:
        clientCredentials: {tokenUrl: 'https://login.example/token', scopes: {write: to write}}
"""

# Several files by name, a form of alternatives, a path that holds more than letters, a relative server.
PAIRS = """
openapi: '3.0.2'
info: {title: Pairs}
servers:
  - url: /rest
paths:
  /a b/{id}:{action}/files:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - {name: action, in: path, required: true, schema: {type: string, enum: [add, drop]}}
    patch:
      requestBody: {$ref: '#/components/requestBodies/File'}
      responses: {}
  /raw:
    post:
      operationId: raw
      parameters:
        - {name: name, in: query, required: true, schema: {type: string}}
        - {name: 'filter', in: query, style: deepObject, schema: {type: object}}
      requestBody:
        content:
          image/png: {schema: {type: string, format: binary}}
          image/jpeg: {schema: {type: string, format: binary}}
      responses: {}
components:
  requestBodies:
    File:
      content:
        application/json: {schema: {type: object, properties: {url: {type: string}}}}
        multipart/form-data:
          schema:
            oneOf:
              - {type: object, properties: {url: {type: string}}}
              - {type: object, required: [file], properties: {file: {type: string, format: binary}}}
"""

Form = list[tuple[str, str, str]]


class Link(NamedTuple):
    """An answer's body, its header Location, and the link that is found there."""

    body: bytes
    location: str
    link: str | None


NO_LINK = Link(b"", "", None)


@dataclass(frozen=True)
class Case:
    """An operation of a document, what a person gives, and the request that comes of it."""

    called: str
    text: str
    operation: str
    method: str
    target: str
    server: str = ""
    wanted: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    asked: dict[str, tuple[str | None, tuple[str, ...]]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    form: Form | None = None
    body: bytes | None = None
    notes: tuple[str, ...] = ()
    answer: Link = NO_LINK
    files: int = 1


FILE_PART = f"the file as {TYPE}"

CASES = (
    Case(
        called="a form of allOf",
        text=PHOTOS,
        operation="addPhoto",
        method="POST",
        target="/test/v2/albums/7/photos?overwrite=false",
        variables={
            "albumId": "7",
            "stage": "test",
            "version": "2",
            "X-Trace": "t",
            "overwrite": "false",
            "title": "Sea",
            "kind": "scan",
        },
        asked={
            "albumId": (None, ()),
            "stage": ("live", ("live", "test")),
            "version": ("2", ()),
            "X-Trace": ("none", ()),
            "overwrite": ("false", ("true", "false")),
            "title": (None, ()),
            "kind": ("photo", ("photo", "scan")),
        },
        headers={"Authorization": "Bearer s-token", "X-Trace": "t"},
        form=[("title", "", "Sea"), ("kind", "", "scan"), ("image", FILE, FILE_PART)],
        notes=("[reply]", "caption:"),
        answer=Link(b'{"data": {"url": "https://i.example/7"}}', "", "https://i.example/7"),
    ),
    Case(
        called="a form of allOf, with what may be left out",
        text=PHOTOS,
        operation="POST /albums/{albumId}/photos",
        method="POST",
        target="/live/v2/albums/%2F/photos?overwrite=true",
        wanted=("caption",),
        variables={
            "albumId": "/",
            "stage": "live",
            "version": "2",
            "X-Trace": "t",
            "overwrite": "true",
            "title": "",
            "kind": "photo",
            "caption": "{x}",
        },
        form=[("title", "", ""), ("kind", "", "photo"), ("caption", "", "{x}"), ("image", FILE, FILE_PART)],
        notes=("[reply]",),
    ),
    Case(
        called="a list of files, no server",
        text=FASTAPI,
        operation="create_upload_files_uploadfiles__post",
        server="SERVER/root/",
        method="POST",
        target="/root/uploadfiles/",
        variables={"retries": "3"},
        asked={"retries": ("3", ())},
        form=[
            ("retries", "", "3"),
            ("token", "", "s-token"),
            ("files", FILE, "the file as application/octet-stream"),
            ("files", FILE, "the file as application/octet-stream"),
        ],
        notes=("note:",),
        files=2,
    ),
    Case(
        called="bytes by PUT",
        text=STORE,
        operation="put /{bucket}/{objectKey}",
        method="PUT",
        target="/store/main/a%20photo.png?mode=copy&site_key=s-site-key",
        variables={"bucket": "main", "lang": "de"},
        asked={"bucket": ("main", ()), "lang": ("en", ())},
        headers={
            "X-Api-Key": "s-x-api-key",
            "Cookie": "lang=de; sid=s-sid",
            "Content-Type": "application/octet-stream",
        },
        body=CONTENT,
        notes=("security:", "[reply]", "X-Checksum:"),
        answer=Link(b"", "https://blobs.example/x", "https://blobs.example/x"),
    ),
    Case(
        called="encodings",
        text=DOCUMENTS,
        operation="archive",
        method="POST",
        target="/documents",
        variables={"meta": '{"author": "me"}', "language": "sv", "signed": "true", "X-Pages": "1"},
        asked={
            "meta": ('{"author": "nobody"}', ()),
            "language": ("en", ()),
            "signed": (None, ("true", "false")),
            "X-Pages": ("1", ()),
        },
        headers={"Authorization": "Basic cy11c2VybmFtZTpzLXBhc3N3b3Jk"},
        form=[
            ("meta", "", '{"author": "me"} as application/json'),
            ("language", "", "sv as text/plain; charset=utf-8"),
            ("signed", "", "true"),
            ("scan", FILE, "the file as application/pdf"),
        ],
        notes=("stamp:", "stamp:", "[reply]"),
        answer=Link(b'[{"links": {"href": "https://d.example/1"}}]', "", "https://d.example/1"),
    ),
    Case(
        called="a file inside JSON",
        text=INSIDE,
        operation="addNote",
        method="POST",
        target="/api/notes",
        variables={"title": 'a "b"', "stars": "4", "done": "false"},
        asked={"title": (None, ()), "stars": ("5", ()), "done": (None, ("true", "false"))},
        headers={"Authorization": "Bearer s-access-token", "Content-Type": "application/json"},
        body=b'{"title": "a \\"b\\"", "stars": 4, "done": false, "tags": [], '
        b'"attachment": {"name": "{x}\\"", "data": "iVBORw0KACB0aGUgZmlsZQ=="}}',
        notes=("tags:", "security:", "[reply]", "lost:"),
        answer=Link(b'{"link": "https://n.example/1"}', "", "https://n.example/1"),
    ),
    Case(
        called="alternatives, a path of signs, a relative server",
        text=PAIRS,
        operation="PATCH /a b/{id}:{action}/files",
        server="SERVER",
        method="PATCH",
        target="/rest/a%20b/x%3Ay:drop/files",
        variables={"id": "x:y", "action": "drop"},
        asked={"id": (None, ()), "action": (None, ("add", "drop"))},
        form=[("file", FILE, FILE_PART)],
    ),
    Case(
        called="bytes of several types",
        text=PAIRS,
        operation="raw",
        server="SERVER",
        method="POST",
        target="/rest/raw?name=a%20photo.png",
        headers={"Content-Type": TYPE},
        body=CONTENT,
        notes=("filter:",),
    ),
)
