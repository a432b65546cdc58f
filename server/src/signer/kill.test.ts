import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { attackedSigner, ETHER, ethereumRequest } from '../../test/attacked-signer.ts'
import { verifyLog } from './log-file.action.ts'

const ROUNDS = 3
const CAP = 3n * ETHER
const PART = ETHER / 4n

/**
 * A real process, killed while it signs. Planted faults, one each: the line written behind the
 * answer; the log opened anew at each start.
 */
test('kill -9 at any moment forgets no signature that somebody has, and frees no cap', async () => {
  await using signer = await attackedSigner()
  const known = new Map<number, string>()
  let nonce = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const asked = Array.from({ length: 5 }, () => nonce++)
    const answers = asked.map(async (one) => {
      const reply = await signer.send(
        JSON.stringify(ethereumRequest(signer.key, { nonce: one, value: PART })),
      )
      const answer = reply === '' ? {} : JSON.parse(reply)
      if (answer.ok === true) known.set(one, answer.txHash)
    })
    // The moment follows from how far it got: after none, one, two … of the answers.
    await Promise.race([Promise.all(answers), firstOf(answers, round)])
    await signer.kill()
    await Promise.all(answers)
    await signer.start()
  }
  const signed = new Map<string, bigint>()
  verifyLog(join(signer.data, 'signer', 'log.jsonl'), ({ facts }) => {
    if (facts.kind !== 'signed') return
    const [count] = facts.counts
    signed.set(facts.txHash, BigInt(count?.units ?? '0'))
  })
  for (const hash of known.values()) assert.ok(signed.has(hash), hash)
  const spent = [...signed.values()].reduce((sum, one) => sum + one, 0n)
  assert.ok(spent <= CAP, `${spent}`)
  // What is left of the cap can still be used up, and nothing more.
  let rest = 0n
  for (;;) {
    const request = ethereumRequest(signer.key, { nonce: nonce++, value: PART })
    if ((await signer.outcome(request)) !== 'signed') break
    rest += PART
  }
  assert.equal(spent + rest, CAP)
})

/** Resolves when `wanted` of the answers are there. */
async function firstOf(answers: readonly Promise<void>[], wanted: number): Promise<void> {
  let there = 0
  await new Promise<void>((resolve) => {
    if (wanted === 0) resolve()
    for (const answer of answers) {
      void answer.then(() => {
        there += 1
        if (there >= wanted) resolve()
      })
    }
  })
}
