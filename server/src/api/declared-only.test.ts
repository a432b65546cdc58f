import assert from 'node:assert/strict'
import { test } from 'node:test'
import { echoPost } from '../../test/echo-routes.ts'
import { AppError, isError } from '../errors/app-error.ts'
import { declaredOnly } from './declared-only.ts'

const told = declaredOnly(echoPost, 'mask others')

/** Seen to fail with every refusal told. */
test('a refusal about our own machinery is told as one that names no place', () => {
  const socket = '/run/coffer/signer.sock'
  const noAnswer = new AppError('signer.no_answer', { socket, problem: 'ENOENT' })
  const masked = told(noAnswer)
  assert.ok(isError(masked, 'api.temporarily_unavailable'))
  assert.equal(masked.message.includes(socket), false)
  assert.equal(masked.cause, noAnswer)
})

test('what a route declares, and what is about the request, is told as it is', () => {
  const declared = new AppError('tenancy.api_key_unknown', {})
  assert.equal(told(declared), declared)
  const about = new AppError('money.amount_too_precise', { text: '1.234', decimals: 2 })
  assert.equal(told(about), about)
  const bug = new TypeError('a bug')
  assert.equal(told(bug), bug)
})

test('tests hear of a refusal that a route forgot to declare', () => {
  const strict = declaredOnly(echoPost, 'refuse others')
  const error = strict(new AppError('money.amount_too_precise', { text: '1.234', decimals: 2 }))
  assert.match(String(error), /POST \/v1\/echo does not declare money\.amount_too_precise/)
})
