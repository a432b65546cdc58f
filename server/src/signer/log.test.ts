import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  effectsOf,
  signingRequest,
  signingWorld,
  stranger,
  type SigningWorld,
} from '../../test/signing-world.ts'
import { AppError, isError } from '../errors/app-error.ts'
import { verifyLog } from './log-file.action.ts'
import { NO_LINE, readLine, writeLine } from './log-line.ts'

const shop = stranger('shop')
const DAY = 86_400_000

function pay(world: SigningWorld, number: number): string {
  const effects = effectsOf([{ to: shop, units: 5n }], { slots: [`input:${number}`] })
  return world.outcome(signingRequest(effects, { id: `po_${number}` }))
}

/** A log of four lines: its first, two signatures and a refusal. */
function fourLines(world: SigningWorld): string {
  pay(world, 1)
  pay(world, 2)
  world.outcome(signingRequest(effectsOf([{ to: shop, units: 5n }]), { feeMax: '1' }))
  return readFileSync(world.file, 'utf8')
}

const damageOf = (file: string): number | undefined => {
  try {
    verifyLog(file, () => undefined)
    return undefined
  } catch (error) {
    if (isError(error, 'signer.log_damaged')) return error.context.line
    throw error
  }
}

test('the log names each signature and refusal, and its head follows from all of it', () => {
  using world = signingWorld()
  fourLines(world)
  const kinds: string[] = []
  const { head, isCut } = verifyLog(world.file, ({ facts }) => void kinds.push(facts.kind))
  assert.deepEqual(kinds, ['begun', 'signed', 'signed', 'refused'])
  assert.deepEqual([head.line, isCut], [4, false])
})

/** Planted fault: the hash of a line not compared with its text. */
test('one changed character anywhere is found, at its line', () => {
  using world = signingWorld()
  const text = fourLines(world)
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom('0', 'x', '"', '\n'), (place, other) => {
      fc.pre(text[place] !== other)
      writeFileSync(world.file, text.slice(0, place) + other + text.slice(place + 1))
      const line = text.slice(0, place).split('\n').length
      // A newline that is gone joins the line to the next; that of the last leaves it unfinished.
      if (place === text.length - 1) assert.equal(damageOf(world.file), undefined)
      else assert.equal(damageOf(world.file), line)
    }),
    { numRuns: 300 },
  )
})

test('a line that is taken out, doubled or exchanged is found', () => {
  using world = signingWorld()
  const lines = fourLines(world).trimEnd().split('\n')
  const [first = '', second = '', third = '', fourth = ''] = lines
  const forged = [
    [[first, third, fourth], 2],
    [[first, second, second, third], 3],
    [[first, third, second, fourth], 2],
    [[second, third], 1],
  ] as const
  for (const [text, line] of forged) {
    writeFileSync(world.file, `${text.join('\n')}\n`)
    assert.equal(damageOf(world.file), line)
    assert.throws(() => world.restart(), AppError)
  }
  writeFileSync(world.file, `${lines.join('\n')}\n`)
  world.restart()
})

/** Planted fault: what follows the last newline kept, so that the next line stands behind it. */
test('a last line that a crash cut short is dropped, wherever it was cut', () => {
  using world = signingWorld()
  const text = fourLines(world)
  const whole = text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)
  const last = text.slice(whole.length)
  for (let length = 0; length < last.length; length += 37) {
    writeFileSync(world.file, whole + last.slice(0, length))
    world.restart()
    assert.equal(pay(world, 1), 'signed')
    assert.equal(damageOf(world.file), undefined)
    assert.equal(readFileSync(world.file, 'utf8').startsWith(whole), true)
  }
})

/** Planted fault: `previous` not compared. */
test('a line that was written anew with a hash of its own is found at the next one', () => {
  using world = signingWorld()
  const [first = '', second = '', ...others] = fourLines(world).trimEnd().split('\n')
  const read = readLine(NO_LINE, first)
  assert.ok(typeof read !== 'string')
  const forged = writeLine(read.head, { kind: 'refused', intent: 'x', code: 'y' }, world.now())
  writeFileSync(world.file, `${[first, forged.text, ...others].join('\n')}\n`)
  assert.notEqual(forged.text, second)
  assert.equal(damageOf(world.file), 3)
})

test('a damaged log stops the signer at its start', () => {
  using world = signingWorld()
  fourLines(world)
  const whole = readFileSync(world.file)
  appendFileSync(world.file, '{"line":5}\n')
  assert.throws(
    () => world.restart(),
    (error) => isError(error, 'signer.log_damaged') && error.context.line === 5,
  )
  writeFileSync(world.file, whole)
  world.restart()
})

/** Planted fault: a log that is begun anew does not wait. */
test('a signer whose log was lost signs nothing real for a day', () => {
  using world = signingWorld()
  assert.equal(pay(world, 1), 'signed')
  rmSync(world.file)
  world.restart()
  assert.equal(pay(world, 2), 'signer.log_waiting')
  world.advance(DAY - 1)
  world.restart()
  assert.equal(pay(world, 2), 'signer.log_waiting')
  world.advance(1)
  assert.equal(pay(world, 2), 'signed')
})

test('nobody fills the log by asking for what is refused', () => {
  using world = signingWorld()
  for (let asked = 0; asked < 150; asked += 1) {
    world.outcome(signingRequest(effectsOf([{ to: shop, units: 5n }]), { feeMax: '1' }))
  }
  assert.equal(verifyLog(world.file, () => undefined).head.line, 101)
  world.advance(3_600_001)
  assert.equal(pay(world, 1), 'signed')
})
