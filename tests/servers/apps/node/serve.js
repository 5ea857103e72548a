// SPDX-License-Identifier: MIT
// What both Node servers share: the listener, with TLS or without, and all that is not a form.
// node SERVER.js PORT [PEM]
import { createHash } from 'node:crypto'
import { createWriteStream, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import path from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'

export const folder = process.env.UPLOADS

/** Store `stream` as `name`; return its size in bytes and its SHA-256. */
export async function keep(stream, name) {
  const hash = createHash('sha256')
  let size = 0
  async function* seen(pieces) {
    for await (const piece of pieces) {
      hash.update(piece)
      size += piece.length
      yield piece
    }
  }
  await pipeline(stream, seen, createWriteStream(path.join(folder, path.basename(name))))
  return { size, sha256: hash.digest('hex') }
}

const base64 = (algorithm, content) => createHash(algorithm).update(content).digest('base64')

/** Store the body as it is; refuse one that is not what the headers say. */
async function raw(request, name) {
  const { headers } = request
  const stored = await keep(request, name)
  const content = await readFile(path.join(folder, path.basename(name)))
  const digests = {
    'Content-MD5': base64('md5', content),
    'Repr-Digest': `sha-256=:${base64('sha256', content)}:`,
  }
  for (const [header, digest] of Object.entries(digests)) {
    if ((headers[header.toLowerCase()] ?? digest) !== digest) throw Error(`${header} should be ${digest}`)
  }
  return {
    ...stored,
    checked: Object.keys(digests).filter((header) => header.toLowerCase() in headers),
    transfer_encoding: headers['transfer-encoding'] ?? null,
    content_length: headers['content-length'] ?? null,
    content_type: headers['content-type'] ?? null,
  }
}

/** Store a file that came inside JSON: as it is, or in base64. */
async function fromJson(request, origin) {
  const told = JSON.parse(await text(request))
  const content = 'base64' in told ? Buffer.from(told.base64, 'base64') : Buffer.from(told.text)
  return { ...(await keep(Readable.from([content]), told.name)), link: `${origin}/files/${told.name}` }
}

/** Tell what arrived. */
async function echo(request, query) {
  const { headers } = request
  const type = headers['content-type'] ?? null
  const body = await text(request)
  return {
    query: [...query],
    form: type === 'application/x-www-form-urlencoded' ? [...new URLSearchParams(body)] : [],
    json: type === 'application/json' ? JSON.parse(body) : null,
    content_length: headers['content-length'] ?? null,
    content_type: type,
  }
}

function answer(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

/** Listen for ever; `readForm` makes a form's `{ files, fields }` of a request. */
export function serve(readForm) {
  const [port, pem] = process.argv.slice(2)
  const certificate = pem ? readFileSync(pem) : null
  const origin = `${pem ? 'https' : 'http'}://127.0.0.1:${port}`

  async function handle(request, response) {
    const address = new URL(request.url, origin)
    const name = decodeURIComponent(request.url).replace(/^\/raw\//, '')
    try {
      if (request.method === 'POST' && request.url === '/upload') {
        const form = await readForm(request, response)
        const link = form.files.length ? `${origin}/files/${form.files[0].filename}` : null
        answer(response, 201, { ...form, link })
      } else if (['PUT', 'POST'].includes(request.method) && request.url.startsWith('/raw/')) {
        answer(response, 201, { ...(await raw(request, name)), link: `${origin}/files/${name}` })
      } else if (request.method === 'POST' && request.url === '/json') {
        answer(response, 201, await fromJson(request, origin))
      } else if (address.pathname === '/echo') {
        response.setHeader('X-Method', request.method)
        answer(response, 200, await echo(request, address.searchParams))
      } else {
        const error = 'There is only POST /upload and /json, PUT or POST /raw/NAME, and /echo.'
        answer(response, 404, { error })
      }
    } catch (error) {
      answer(response, 400, { error: error.message })
    }
  }

  const server = pem ? https.createServer({ key: certificate, cert: certificate }) : http.createServer()
  server.on('request', handle).listen(Number(port), '127.0.0.1')
}
