import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hexToBytes } from '@noble/hashes/utils.js'
import { codeSecret, signingMaster } from '../../test/signing-world.ts'
import { evmCodec } from '../chains/evm/codec.ts'
import { gatherCall, sweeperOf } from '../chains/evm/sweeper.ts'
import { encodeUnsigned, type EvmTx } from '../chains/evm/transaction.ts'
import { resolveAsset } from '../money/alias.ts'
import { isError } from '../errors/app-error.ts'
import { deriveKey, usualPath, type DerivedKey } from './derived-key.ts'
import { intentSchema } from './intent.ts'
import { NO_LINE } from './log-line.ts'
import { TREASURY } from '../chains/treasury-account.ts'
import { readPolicy } from './policy.ts'
import { signTransaction, type Signature, type SigningCtx } from './sign-transaction.action.ts'
import { createSignedBefore } from './signed-before.ts'

const asset = resolveAsset({ currency: 'USDT', network: 'Ethereum' })
const BOOK = 4

const keyAt = (account: number, index: number): DerivedKey =>
  deriveKey(signingMaster, { family: 'eip155', path: usualPath('eip155', account, index) })

const treasury = keyAt(BOOK + TREASURY, 0)
const wallets = [keyAt(BOOK, 0), keyAt(BOOK, 1)] as const
const low = ({ address }: DerivedKey): string => address.toLowerCase()

const policy = readPolicy(
  JSON.stringify({
    version: 1,
    chains: {
      Ethereum: {
        destinations: [],
        fee: { perTransaction: '1', perDay: '1' },
        assets: { USDT: { perTransaction: '0', perDay: '0' } },
      },
    },
  }),
  'policy.json',
)

const context = (): SigningCtx => ({
  ...{ master: signingMaster, policy, secondFactor: codeSecret, codecFor: () => evmCodec },
  before: createSignedBefore(),
  now: () => 1_800_000_000_000,
  log: {
    head: () => NO_LINE,
    append: (facts, at) => ({ line: 1, at, facts }),
    [Symbol.dispose]: () => undefined,
  },
})

type Sweep = Readonly<{
  /** Those that never were emptied so before. */
  authorizing?: readonly DerivedKey[]
  emptied?: readonly DerivedKey[]
  named?: readonly DerivedKey[]
}>

/** Signs a sweep of tokens into the treasury, which pays for it. */
function signSweep({ authorizing = [], emptied = wallets, named }: Sweep): Signature {
  const sweeper = sweeperOf(low(treasury))
  const call = { token: asset.contract?.toLowerCase(), treasury: low(treasury) }
  const tx: EvmTx = {
    from: low(treasury),
    chainId: 1n,
    nonce: 3n,
    price: { kind: 'dynamic', maxFeePerGas: 10n ** 9n, maxPriorityFeePerGas: 1n },
    gas: 200_000n,
    to: sweeper,
    value: 0n,
    data: hexToBytes(gatherCall({ ...call, wallets: emptied.map(low) }).slice(2)),
    authorizations: authorizing.map((key) => ({
      authority: low(key),
      delegate: sweeper,
      nonce: 0n,
    })),
  }
  const intent = intentSchema.parse({
    id: 'sweep_1',
    kind: 'sweep',
    chain: asset.chain,
    keys: (named ?? [treasury, ...wallets]).map(({ path, address }) => ({ path, address })),
    payments: [{ to: treasury.address, asset: asset.id, units: 'all', path: treasury.path }],
    feeMax: `${10n ** 15n}`,
  })
  return signTransaction(context(), {
    op: 'sign',
    intent,
    unsigned: Uint8Array.from(encodeUnsigned(tx)),
  })
}

const differs = (error: unknown): boolean => isError(error, 'signer.intent_differs')

/** Seen to fail where only keys that sign could be named: no address was emptied a second time. */
test('deposits are swept into the treasury, with the signatures of their keys and without', () => {
  for (const authorizing of [wallets, [wallets[0]], []]) {
    const { signed, txHash } = signSweep({ authorizing })
    const found = evmCodec.explainSigned(asset.chain, hexToBytes(signed))
    assert.equal(found.txHash, txHash)
    assert.deepEqual(
      found.effects.spenders,
      [treasury, ...authorizing].map((key) => key.address),
    )
  }
})

/** Seen to fail where whose coins move without a signature was not looked at. */
test('an address that nobody proves to be of the book is not swept', () => {
  const other = keyAt(BOOK + 1, 0)
  const refused: readonly Sweep[] = [
    { named: [treasury] },
    { named: [treasury, wallets[0]] },
    { named: [treasury, ...wallets, keyAt(BOOK, 2)] },
    { emptied: [...wallets, other] },
    { emptied: [...wallets, other], named: [treasury, ...wallets, other] },
  ]
  for (const sweep of refused) assert.throws(() => signSweep(sweep), differs)
})
