import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { ErrorCode } from '../../errors/catalogue.ts'
import { openApiDocument, type OpenApiOptions } from '../openapi.ts'
import { errorsOf } from '../route-errors.ts'
import type { Route } from '../route.ts'
import { guides, llmsText, markdownOf } from './guides.ts'
import { docsPage, guidePage } from './page.ts'
import { STYLE } from './style.ts'

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64')

/** Nothing is loaded, run, sent or framed; the one style is named by its hash. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${hashOf(STYLE)}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const PLAIN = 'text/plain; charset=utf-8'
const MARKDOWN = 'text/markdown; charset=utf-8'

/**
 * `GET /openapi.json`, `GET /docs`, the guides below it and `GET /llms.txt`, made once at the start;
 * they need no key.
 */
export function serveDocs(
  server: FastifyInstance,
  routes: readonly Route[],
  options: OpenApiOptions,
): void {
  const document = openApiDocument(routes, options)
  const always: readonly ErrorCode[] = ['api.route_unknown', 'api.method_not_allowed']
  const codes = [...new Set([...always, ...routes.flatMap(errorsOf)])].sort()
  serveText(server, '/openapi.json', {
    type: 'application/json; charset=utf-8',
    text: JSON.stringify(document),
  })
  const html = 'text/html; charset=utf-8'
  serveText(server, '/docs', { type: html, text: docsPage(document, codes) })
  serveText(server, '/llms.txt', { type: PLAIN, text: llmsText(document.info.summary) })
  for (const guide of guides) {
    const url = `/docs/${guide.name}`
    serveText(server, url, { type: html, text: guidePage(document, guide) })
    serveText(server, `${url}.md`, { type: MARKDOWN, text: markdownOf(guide.name) })
  }
}

function serveText(
  server: FastifyInstance,
  url: string,
  page: Readonly<{ type: string; text: string }>,
): void {
  const etag = `"${hashOf(page.text)}"`
  const headers = {
    'content-type': page.type,
    'cache-control': 'no-cache',
    'content-security-policy': POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    etag,
  }
  server.route({
    method: ['GET', 'HEAD'],
    url,
    handler: async (request, reply) => {
      const known = request.headers['if-none-match'] === etag
      return known ? reply.code(304).send() : reply.headers(headers).send(page.text)
    },
  })
}
