// SPDX-License-Identifier: MIT
// A small upload API as its authors would write it with busboy.
import busboy from 'busboy'
import { keep, serve } from './serve.js'

serve(
  (request) =>
    new Promise((resolve, reject) => {
      const order = []
      const fields = []
      const files = []
      // Browsers write names in UTF-8; busboy takes them for Latin-1 unless told so.
      const form = busboy({ headers: request.headers, defParamCharset: 'utf8' })
      form.on('field', (name, value, { mimeType }) => {
        order.push([name, mimeType])
        fields.push([name, value])
      })
      form.on('file', (field, stream, { filename, mimeType }) => {
        order.push([field, mimeType])
        files.push(
          keep(stream, filename).then((stored) => ({ field, filename, content_type: mimeType, ...stored })),
        )
      })
      form.on('error', reject)
      form.on('close', () =>
        Promise.all(files).then((rows) => resolve({ files: rows, fields, order }), reject),
      )
      request.pipe(form)
    }),
)
