import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hexToBytes } from '@noble/hashes/utils.js'
import { codeSecret, signingMaster } from '../../test/signing-world.ts'
import { evmCodec } from '../chains/evm/codec.ts'
import { DEPLOYER, sweeperDeployment, sweeperOf } from '../chains/evm/sweeper.ts'
import { encodeUnsigned, type EvmTx } from '../chains/evm/transaction.ts'
import { AppError } from '../errors/app-error.ts'
import { resolveAsset } from '../money/alias.ts'
import { deriveKey, usualPath, type DerivedKey } from './derived-key.ts'
import { intentSchema } from './intent.ts'
import { NO_LINE, type LogFacts } from './log-line.ts'
import { TREASURY } from '../chains/treasury-account.ts'
import { readPolicy } from './policy.ts'
import { signTransaction, type SigningCtx } from './sign-transaction.action.ts'
import { createSignedBefore } from './signed-before.ts'

const coin = resolveAsset({ currency: 'ETH', network: 'Ethereum' })
const BOOK = 4

const keyAt = (account: number, index: number): DerivedKey =>
  deriveKey(signingMaster, { family: 'eip155', path: usualPath('eip155', account, index) })

const treasury = keyAt(BOOK + TREASURY, 0)
const elsewhere = keyAt(BOOK + 1 + TREASURY, 0)
const low = ({ address }: DerivedKey): string => address.toLowerCase()
const shown = ({ path, address }: DerivedKey) => ({ path, address })

/** No coin may leave, to nobody: what is put in place moves none. */
const rules = { destinations: [], fee: { perTransaction: '1', perDay: '1' }, assets: {} }
const policy = readPolicy(
  JSON.stringify({ version: 1, chains: { Ethereum: rules } }),
  'policy.json',
)

type Asked = Readonly<{ tx?: Partial<EvmTx>; intent?: Readonly<Record<string, unknown>> }>

/** Asks for the making of the treasury's sweeper, differing in something. */
function outcome({ tx = {}, intent = {} }: Asked, lines: LogFacts[] = []): string {
  const usual: EvmTx = {
    from: low(treasury),
    chainId: 1n,
    nonce: 3n,
    price: { kind: 'dynamic', maxFeePerGas: 10n ** 9n, maxPriorityFeePerGas: 1n },
    gas: 700_000n,
    to: DEPLOYER,
    value: 0n,
    data: hexToBytes(sweeperDeployment(low(treasury)).slice(2)),
    authorizations: [],
  }
  const ctx: SigningCtx = {
    ...{ master: signingMaster, policy, secondFactor: codeSecret, codecFor: () => evmCodec },
    before: createSignedBefore(),
    now: () => 1_800_000_000_000,
    log: {
      head: () => NO_LINE,
      append: (facts, at) => {
        lines.push(facts)
        return { line: 1, at, facts }
      },
      [Symbol.dispose]: () => undefined,
    },
  }
  const said = intentSchema.safeParse({
    id: 'out_1',
    kind: 'setup',
    chain: coin.chain,
    keys: [shown(treasury)],
    payments: [],
    setup: shown(treasury),
    feeMax: `${10n ** 15n}`,
    ...intent,
  })
  if (!said.success) return 'signer.request_not_readable'
  const unsigned = Uint8Array.from(encodeUnsigned({ ...usual, ...tx }))
  try {
    signTransaction(ctx, { op: 'sign', intent: said.data, unsigned })
    return 'signed'
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

test('a treasury has its sweeper made, and the log says so', () => {
  const lines: LogFacts[] = []
  assert.equal(outcome({}, lines), 'signed')
  const [line] = lines
  assert.ok(line?.kind === 'signed')
  assert.deepEqual([line.setup, line.payments], [treasury.path, []])
})

const codeOf = (owner: DerivedKey) => hexToBytes(sweeperDeployment(low(owner)).slice(2))

/**
 * Seen to fail where the bytes were recognized by their recipient alone, where value beside the
 * data was not looked at, and where the address that the sweeper serves was not compared.
 */
test('nothing else is signed in the name of a setup', () => {
  const own = codeOf(treasury)
  const changed = own.with(100, (own[100] ?? 0) ^ 1)
  const stranger = hexToBytes(sweeperDeployment(`0x${'ab'.repeat(20)}`).slice(2))
  const others: readonly Asked[] = [
    { tx: { value: 1n } },
    { tx: { to: sweeperOf(low(treasury)) } },
    { tx: { to: undefined } },
    { tx: { data: changed } },
    { tx: { data: Uint8Array.from([...own, 0]) } },
    { tx: { data: own.subarray(1) } },
    { tx: { data: new Uint8Array() } },
    { tx: { data: stranger } },
    { tx: { data: codeOf(elsewhere) } },
    { tx: { authorizations: [{ authority: low(treasury), delegate: DEPLOYER, nonce: 0n }] } },
    { tx: { data: new Uint8Array(), to: low(elsewhere), value: 5n } },
    { tx: { gas: 700_000_000n } },
    { tx: { from: low(elsewhere) } },
  ]
  for (const [place, asked] of others.entries()) {
    assert.equal(outcome(asked), 'signer.intent_differs', `${place}`)
  }
})

/** Seen to fail where the book of the address that is served was not compared with the payer's. */
test('a setup serves the book that pays for it, and is told as nothing else', () => {
  const payment = { to: treasury.address, asset: coin.id, units: '1', path: treasury.path }
  const forElsewhere = { tx: { data: codeOf(elsewhere) }, intent: { setup: shown(elsewhere) } }
  assert.equal(outcome(forElsewhere), 'signer.intent_differs')
  assert.equal(
    outcome({ intent: { setup: { ...shown(treasury), path: elsewhere.path } } }),
    'signer.address_differs',
  )
  assert.equal(
    outcome({ intent: { setup: undefined, payments: [payment] } }),
    'signer.intent_differs',
  )
  for (const intent of [
    { setup: undefined },
    { payments: [payment] },
    { change: shown(treasury) },
  ]) {
    assert.equal(outcome({ intent }), 'signer.request_not_readable')
  }
})
