import assert from 'node:assert/strict'
import { test } from 'node:test'
import { movesOf } from './internal-moves.ts'

const A = `0x${'a'.repeat(40)}`
const B = `0x${'b'.repeat(40)}`

const call = (value: number, calls: readonly unknown[] = [], more: object = {}) => ({
  type: 'CALL',
  from: A,
  to: B,
  value: `0x${value.toString(16)}`,
  calls,
  ...more,
})

const valuesOf = (root: unknown): readonly bigint[] | undefined =>
  movesOf(root)?.map((move) => move.value)

test('calls count in the order of execution, and the transaction’s own value does not', () => {
  const root = call(1, [call(2, [call(3), call(4)]), call(5)])
  assert.deepEqual(
    movesOf(root)?.map(({ value, position }) => [value, position]),
    [
      [2n, 0],
      [3n, 1],
      [4n, 2],
      [5n, 3],
    ],
  )
})

/** Seen to fail when a failed call was left out but the calls within it were not. */
test('a call that failed moved nothing, nor did the calls within it', () => {
  const failed = call(2, [call(3)], { error: 'execution reverted' })
  assert.deepEqual(valuesOf(call(1, [failed, call(4)])), [4n])
  assert.deepEqual(valuesOf(call(1, [call(2)], { error: 'out of gas' })), [])
})

test('borrowed code shows a value but moves none; what it calls does', () => {
  const borrowed = call(2, [call(3)], { type: 'DELEGATECALL' })
  const looked = { type: 'STATICCALL', from: A, to: B }
  assert.deepEqual(valuesOf(call(1, [borrowed, looked])), [3n])
})

test('what a contract leaves behind when it ends is a move', () => {
  assert.deepEqual(valuesOf(call(0, [call(7, [], { type: 'SELFDESTRUCT' })])), [7n])
})

/** Seen to fail with a schema that describes calls within calls: it overflowed the stack. */
test('calls nested as deep as the machine allows, and deeper, are read', () => {
  let nested: unknown = call(1)
  for (let depth = 0; depth < 5_000; depth += 1) nested = call(1, [nested])
  assert.equal(movesOf(nested)?.length, 5_000)
})

test('what is no tree of calls is not read', () => {
  for (const root of [undefined, null, 'CALL', { type: 'CALL' }, call(1, [{ type: 'CALL' }])]) {
    assert.equal(movesOf(root), undefined)
  }
  assert.equal(movesOf({ ...call(1), value: '12' }), undefined)
})
