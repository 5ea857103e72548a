// SPDX-License-Identifier: MIT
// What both Node servers share: the listener, with TLS or without, and all that is not a form.
// node SERVER.js PORT [PEM]
import { createHash } from 'node:crypto'
import { createWriteStream, readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import path from 'node:path'
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

async function raw(request, name) {
  const { headers } = request
  return {
    ...(await keep(request, name)),
    transfer_encoding: headers['transfer-encoding'] ?? null,
    content_length: headers['content-length'] ?? null,
    content_type: headers['content-type'] ?? null,
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
    const name = decodeURIComponent(request.url).replace(/^\/raw\//, '')
    try {
      if (request.method === 'POST' && request.url === '/upload') {
        const form = await readForm(request, response)
        const link = form.files.length ? `${origin}/files/${form.files[0].filename}` : null
        answer(response, 201, { ...form, link })
      } else if (['PUT', 'POST'].includes(request.method) && request.url.startsWith('/raw/')) {
        answer(response, 201, { ...(await raw(request, name)), link: `${origin}/files/${name}` })
      } else {
        answer(response, 404, { error: 'There is only POST /upload and PUT or POST /raw/NAME.' })
      }
    } catch (error) {
      answer(response, 400, { error: error.message })
    }
  }

  const server = pem ? https.createServer({ key: certificate, cert: certificate }) : http.createServer()
  server.on('request', handle).listen(Number(port), '127.0.0.1')
}
