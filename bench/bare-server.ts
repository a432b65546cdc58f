import Fastify from 'fastify'
import { openDb } from '../server/src/shell/db.ts'

// The least that a server can do for a read and for a write: no key, no signature, no rules.
const [databaseUrl = '', body = ''] = process.argv.slice(2)
const db = openDb(databaseUrl, { connectionsMax: 20 })
await db.query(
  'create table if not exists bare (id bigint generated always as identity, body jsonb)',
)
const server = Fastify()
server.get('/bare', (_request, reply) => reply.type('application/json').send(body))
server.post('/bare', async (request, reply) => {
  await db.query('insert into bare (body) values ($1)', [JSON.stringify(request.body)])
  return reply.code(201).send({ status: 'success' })
})
console.log(await server.listen({ host: '127.0.0.1', port: 0 }))
