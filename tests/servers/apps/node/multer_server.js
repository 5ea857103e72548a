// SPDX-License-Identifier: MIT
// A small upload API as its authors would write it with multer.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import multer from 'multer'
import { folder, serve } from './serve.js'

const storage = multer.diskStorage({
  destination: folder,
  filename: (request, file, named) => named(null, path.basename(file.originalname)),
})
// Browsers write names in UTF-8; multer takes them for Latin-1 unless told so.
const anyFile = promisify(multer({ storage, defParamCharset: 'utf8' }).any())

async function row(file) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file.path), hash)
  return {
    field: file.fieldname,
    filename: file.originalname,
    content_type: file.mimetype,
    size: file.size,
    sha256: hash.digest('hex'),
  }
}

serve(async (request, response) => {
  await anyFile(request, response)
  const files = await Promise.all(request.files.map(row))
  const fields = Object.entries(request.body).flatMap(([name, values]) =>
    [values].flat().map((value) => [name, value]),
  )
  return { files, fields }
})
