import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { AppError } from '../errors/app-error.ts'
import { createLog } from './log.ts'

/** Seen to fail without a serializer: JSON shows nothing of an error. */
test('a logged error says what it is, where it happened and what caused it', () => {
  const lines: string[] = []
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString())
      done()
    },
  })
  const chain = 'eip155:1'
  const error = new AppError('chain.unreachable', { chain }, { cause: new Error('hung up') })
  createLog('error', destination).error({ job: 'watch-chain', error }, 'job failed')
  const [line = ''] = lines
  const { kind, code, message, at, cause } = JSON.parse(line).error
  assert.deepEqual([kind, code, message], ['AppError', 'chain.unreachable', error.message])
  assert.ok(at.length > 0)
  assert.equal(cause.message, 'hung up')
})
