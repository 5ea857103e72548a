// SPDX-License-Identifier: MIT
// The reference server for tus, which keeps uploads in a folder and finds them there again.
// node tus_server.js PORT FOLDER
import http from 'node:http'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'

const [port, directory] = process.argv.slice(2)
const server = new Server({ path: '/files', relativeLocation: true, datastore: new FileStore({ directory }) })
http.createServer((request, response) => server.handle(request, response)).listen(Number(port), '127.0.0.1')
