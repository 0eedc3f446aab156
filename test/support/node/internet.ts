import { mkdirSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'

// An HTTP server on this machine that the tests in workerd reach instead of the internet. Most of it
// does not answer. publisher.example publishes JSON, and behaves badly in every way.

const KEY_SET = '{"keys":[]}'
const JSON_TYPE = { 'Content-Type': 'application/json' }
const MEGABYTE = 1_048_576

type Answer = (response: ServerResponse, request: IncomingMessage) => void

const json =
  (body: string | Buffer, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(200, { ...JSON_TYPE, ...headers }).end(body)

/** A piece now and then, for as long as somebody listens. */
const dripping =
  (piece: string, milliseconds: number, headers: Record<string, string> = JSON_TYPE): Answer =>
  (response) => {
    response.writeHead(200, headers)
    const timer = setInterval(() => response.write(piece), milliseconds)
    response.on('close', () => clearInterval(timer))
  }

const redirecting =
  (status: number, to: string): Answer =>
  (response) =>
    void response.writeHead(status, { ...JSON_TYPE, Location: to }).end(KEY_SET)

/** JSON with so many bytes. */
const sized = (bytes: number) => `{"keys":[],"pad":"${'a'.repeat(bytes - 20)}"}`

const PAGES: Record<string, Answer> = {
  '/keys': json(KEY_SET),
  '/jwk-set': json(KEY_SET, { 'Content-Type': 'Application/JWK-Set+JSON; charset=utf-8' }),
  '/gzipped': json(gzipSync(KEY_SET), { 'Content-Encoding': 'gzip' }),
  '/html': json(KEY_SET, { 'Content-Type': 'text/html' }),
  '/text': json(KEY_SET, { 'Content-Type': 'text/plain' }),
  '/json-seq': json(KEY_SET, { 'Content-Type': 'application/json-seq' }),
  '/untyped': (response) => void response.writeHead(200).end(KEY_SET),
  '/not-json': json('secret-of-another-service'),
  '/not-utf8': json(Buffer.from([0x22, 0xff, 0x22])),
  '/empty': json(''),
  '/404': (response) => void response.writeHead(404, JSON_TYPE).end(KEY_SET),
  '/204': (response) => void response.writeHead(204, JSON_TYPE).end(),
  '/206': (response) => void response.writeHead(206, JSON_TYPE).end(KEY_SET),
  '/301': redirecting(301, 'https://publisher.example/keys'),
  '/302': redirecting(302, 'http://169.254.169.254/latest/meta-data/'),
  '/303': redirecting(303, '/keys'),
  '/307': redirecting(307, 'http://localhost/'),
  '/308': redirecting(308, 'https://publisher.example/keys'),
  '/largest': json(sized(65_536)),
  '/too-large': json(sized(65_537)),
  '/bomb': json(gzipSync(sized(8 * MEGABYTE)), { 'Content-Encoding': 'gzip' }),
  '/endless': dripping('a'.repeat(16_384), 1),
  '/slow': dripping(' ', 50),
  '/slow-head': () => {},
  '/stalled': (response) => void response.writeHead(200, JSON_TYPE).write('{"keys":'),
  '/cut-short': (response) => {
    response.writeHead(200, { ...JSON_TYPE, 'Content-Length': '100' }).write('{"keys":')
    setTimeout(() => response.destroy(), 20)
  },
  '/asked': (response, { headers }) => json(JSON.stringify(headers))(response, {} as never),
}

export function internet(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
  const caching = url.searchParams.get('cache-control')
  if (caching !== null) response.setHeader('Cache-Control', caching)
  if (url.host === 'golden.example') return accept(url.pathname, request, response)
  const page = url.host === 'publisher.example' ? PAGES[url.pathname] : undefined
  if (page) page(response, request)
  else response.writeHead(599).end('no network in tests')
}

const GOLDEN = join(import.meta.dirname, '../../golden')

/** A page that differs from the one that is kept: with `npm run golden` it takes its place. */
function accept(path: string, request: IncomingMessage, response: ServerResponse): void {
  if (process.env['ACCEPT_GOLDEN'] === undefined) return void response.writeHead(409).end()
  void keep(`${join(GOLDEN, path)}.txt`, request, response)
}

async function keep(file: string, request: IncomingMessage, response: ServerResponse) {
  const page = await text(request)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, page)
  response.writeHead(204).end()
}
