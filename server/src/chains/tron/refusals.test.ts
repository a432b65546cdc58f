import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTronSendingWorld } from '../../../test/tron-sending-world.ts'
import { units } from '../../money/units.ts'
import {
  accepted,
  requestOf,
  richKey,
  signedFor,
  somePayment,
} from '../contract-sending-play.suite.ts'
import { verdictOf } from './refusals.ts'

/** Seen to fail with every refusal of a contract's validation taken for a want of coins. */
test('what a node of Tron answers to a broadcast is read by its meaning', () => {
  const validate = 'Contract validate error : '
  const answers = [
    ['known', 'DUP_TRANSACTION_ERROR', 'Dup transaction.'],
    ['known', 'DUP_TRANSACTION_ERROR', ''],
    ['expired', 'TRANSACTION_EXPIRATION_ERROR', 'Transaction expired'],
    ['insufficient_funds', 'BANDWITH_ERROR', 'Account resource insufficient error.'],
    [
      'insufficient_funds',
      'CONTRACT_VALIDATE_ERROR',
      `${validate}Validate TransferContract error, balance is not sufficient.`,
    ],
    [
      'insufficient_funds',
      'CONTRACT_VALIDATE_ERROR',
      `${validate}Validate TransferContract error, no OwnerAccount.`,
    ],
    ['invalid', 'CONTRACT_VALIDATE_ERROR', `${validate}No contract or not a smart contract`],
    ['invalid', 'SIGERROR', 'Validate signature error: '],
    ['invalid', 'TOO_BIG_TRANSACTION_ERROR', 'Transaction size is too big.'],
    ['unclear', 'TAPOS_ERROR', 'Tapos check error.'],
    ['unclear', 'SERVER_BUSY', 'Server busy.'],
    ['unclear', 'BLOCK_UNSOLIDIFIED', 'Block unsolidified.'],
    ['unclear', 'A_CODE_OF_TOMORROW', 'dup'],
    ['unclear', '', ''],
  ] as const
  for (const [verdict, code, message] of answers) {
    assert.equal(verdictOf({ result: false, code, message }), verdict, `${code} ${message}`)
  }
  assert.equal(verdictOf({ result: true, code: 'SUCCESS', message: '' }), 'accepted')
})

test('of two payments of Tron for which there is enough for one the second is refused', async () => {
  await using world = await startTronSendingWorld()
  const key = await richKey(world)
  const half = { ...somePayment(world), units: units((world.plenty * 2n) / 3n) }
  const [one, other] = [
    await signedFor(world, [key], requestOf(world, key, [half])),
    await signedFor(world, [key], requestOf(world, key, [half])),
  ]
  await accepted(world, one)
  const verdict = await world.sender.broadcast(other.bytes)
  assert.ok(verdict.kind === 'refused' && verdict.reason === 'insufficient_funds')
})
