import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeAt, enrolmentUri, stepOfCode } from './totp.ts'

const secret = Buffer.from('12345678901234567890')

/** RFC 6238, appendix B, the last six of its eight digits. */
test('codes are those of the vectors of RFC 6238', () => {
  const vectors = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const
  for (const [seconds, code] of vectors) {
    assert.equal(codeAt(secret, Math.floor(seconds / 30)), code)
  }
})

test('a code counts for the half minutes around its own, once', () => {
  const now = 1_234_567_890_000
  const present = Math.floor(now / 30_000)
  const stepAt = (step: number, usedStep = -1): number | undefined =>
    stepOfCode(secret, codeAt(secret, step), { now, usedStep })
  assert.deepEqual(
    [-2, -1, 0, 1, 2].map((off) => stepAt(present + off)),
    [undefined, present - 1, present, present + 1, undefined],
  )
  assert.equal(stepAt(present, present), undefined)
  assert.equal(stepAt(present, present - 1), present)
})

test('an app is told the secret in the form that all of them read', () => {
  assert.equal(
    enrolmentUri(secret, '0badcafe'),
    'otpauth://totp/Coffer:0badcafe?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Coffer',
  )
})
