import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { makeUnsignedSTXTokenTransfer } from '@stacks/transactions'
import { unsignedBytes } from '../../test/attacked-signer.ts'
import { codeSecret, signingMaster } from '../../test/signing-world.ts'
import { writePsbt } from '../chains/bitcoin/psbt.ts'
import { scriptOf } from '../chains/bitcoin/script.ts'
import { networkFor } from '../chains/polkadot/codec.ts'
import { writeUnsigned as writePolkadot } from '../chains/polkadot/transaction.ts'
import { writeUnsigned as writeSolana } from '../chains/solana/codec.ts'
import { tronAddressBytes } from '../chains/tron/address.ts'
import { writeRaw } from '../chains/tron/raw-transaction.ts'
import { writeSpend } from '../chains/simulated/codec.ts'
import { addressOf } from '../chains/simulated/address.ts'
import { resolveNetwork } from '../money/alias.ts'
import type { NetworkFamily } from '../money/registry-networks.ts'
import { units } from '../money/units.ts'
import { codecFor } from './codecs.ts'
import { deriveKey, usualPath, type DerivedKey } from './derived-key.ts'
import { intentSchema, type Intent } from './intent.ts'
import { NO_LINE } from './log-line.ts'
import { TREASURY } from '../chains/treasury-account.ts'
import { readPolicy } from './policy.ts'
import { signTransaction, type SigningCtx } from './sign-transaction.action.ts'
import { createSignedBefore } from './signed-before.ts'

const anything = {
  destinations: 'any',
  fee: { perTransaction: '10', perDay: '10' },
}
const coins = {
  Bitcoin: 'BTC',
  Ethereum: 'ETH',
  Tron: 'TRX',
  Solana: 'SOL',
  Stacks: 'STX',
  Polkadot: 'DOT',
} as const
const policy = readPolicy(
  JSON.stringify({
    version: 1,
    chains: Object.fromEntries(
      Object.entries(coins).map(([name, coin]) => [
        name,
        { ...anything, assets: { [coin]: { perTransaction: '10', perDay: '100' } } },
      ]),
    ),
  }),
  'policy.json',
)

function context(): SigningCtx {
  const before = createSignedBefore()
  return {
    ...{ master: signingMaster, policy, secondFactor: codeSecret, codecFor, before },
    now: () => 1_800_000_000_000,
    log: {
      head: () => NO_LINE,
      append: (facts, at) => ({ line: 1, at, facts }),
      [Symbol.dispose]: () => undefined,
    },
  }
}

const keyAt = (family: NetworkFamily, account: number, path?: string): DerivedKey =>
  deriveKey(signingMaster, { family, path: path ?? usualPath(family, account, 0) })

const PAID = 123_456n
const script = (address: string): Uint8Array => {
  const found = scriptOf(address, 'mainnet')
  assert.ok(found !== undefined)
  return found
}

/** Payments of each family, made with its own writer. */
const makers: Readonly<
  Record<NetworkFamily, (from: DerivedKey, to: string) => Uint8Array | Promise<Uint8Array>>
> = {
  bip122: (from, to) =>
    writePsbt({
      version: 2,
      lockTime: 0,
      inputs: [
        {
          txid: '11'.repeat(32),
          index: 0,
          sequence: 0xffff_fffd,
          spent: { script: script(from.address), units: units(PAID + 500n) },
          made: undefined,
          witness: undefined,
        },
      ],
      outputs: [{ script: script(to), units: units(PAID) }],
    }),
  eip155: (from, to) =>
    hexToBytes(
      unsignedBytes(`0x${from.address.slice(2)}`, { to: `0x${to.slice(2)}`, value: PAID }).slice(2),
    ),
  tron: (from, to) =>
    writeRaw({
      block: { height: new Uint8Array(2), id: new Uint8Array(8) },
      expirationMs: 1_800_000_060_000,
      timestampMs: 1_800_000_000_000,
      feeLimitSun: 0n,
      contract: {
        kind: 'transfer',
        owner: tronAddressBytes(from.address) ?? new Uint8Array(),
        to: tronAddressBytes(to) ?? new Uint8Array(),
        sun: PAID,
      },
    }),
  solana: (from, to) =>
    writeSolana({
      feePayer: from.address,
      steps: [{ kind: 'coins', from: from.address, to, lamports: PAID }],
      blockhash: 'EkSnNWid2cvwEVnVx9aBqawnmiCNiDgp3gUdkDPTKN1N',
      lastValidBlockHeight: 100n,
    }),
  stacks: async (from, to) => {
    const tx = await makeUnsignedSTXTokenTransfer({
      recipient: to,
      amount: PAID,
      fee: 300n,
      nonce: 4n,
      network: 'mainnet',
      publicKey: bytesToHex(from.publicKey),
    })
    return hexToBytes(tx.serialize())
  },
  polkadot: (from) => {
    const network = networkFor(resolveNetwork('Polkadot').chain)
    return writePolkadot(network, {
      account: from.publicKey,
      call: 'transfer_keep_alive',
      to: keyAt('polkadot', 1).publicKey,
      amount: PAID,
      era: { period: 64, phase: 3 },
      nonce: 1n,
      tip: 0n,
      specVersion: 2_000_000,
      transactionVersion: network.transactionVersions[0] ?? 0,
      eraBlock: new Uint8Array(32),
    })
  },
}

function intentFor(name: keyof typeof coins, from: DerivedKey, to: string): Intent {
  const { chain, native } = resolveNetwork(name)
  return intentSchema.parse({
    id: `po_${name}`,
    kind: 'payout',
    chain,
    keys: [{ path: from.path, address: from.address }],
    payments: [{ to, asset: native, units: `${PAID}` }],
    feeMax: '1000000000000000',
  })
}

/** Would catch: sr25519 keys cut to 32 bytes; a Taproot path answered as P2WPKH. */
test('for every family a payment is read, signed and understood again, and no other amount', async () => {
  for (const name of ['Bitcoin', 'Ethereum', 'Tron', 'Solana', 'Stacks', 'Polkadot'] as const) {
    const { family, chain } = resolveNetwork(name)
    const taproot = family === 'bip122' ? `m/86'/0'/${TREASURY}'/0/0` : undefined
    const from = keyAt(family, TREASURY, taproot)
    const to = keyAt(family, 1).address
    const unsigned = Uint8Array.from(await makers[family](from, to))
    const intent = intentFor(name, from, to)
    const { signed, txHash } = signTransaction(context(), { op: 'sign', intent, unsigned })
    const found = codecFor(intent).explainSigned(chain, hexToBytes(signed))
    assert.equal(found.txHash, txHash, name)
    assert.deepEqual(
      found.effects.moves.map((move) => [move.to, move.units]),
      [[to, PAID]],
    )
    const [payment] = intent.payments
    assert.ok(payment !== undefined)
    const less = { ...intent, payments: [{ ...payment, units: units(PAID - 1n) }] }
    assert.throws(
      () => signTransaction(context(), { op: 'sign', intent: less, unsigned }),
      /do not do what the intent/,
    )
  }
})

test('a sandbox’s transaction is signed with the key that its address was made of', () => {
  for (const name of ['Bitcoin', 'Solana'] as const) {
    const { family, chain, native } = resolveNetwork(name)
    const path = usualPath(family === 'bip122' ? 'bip122' : 'eip155', 3, 7)
    const key = keyAt(family === 'bip122' ? 'bip122' : 'eip155', 3, path)
    const from = addressOf(family, key.publicKey)
    const to = addressOf(family, keyAt('eip155', 9).publicKey)
    const spend = writeSpend({
      chain,
      senders: [{ address: from, nonce: 0 }],
      fee: units(5n),
      transfers: [{ from, to, asset: native, units: units(PAID) }],
    })
    const unsigned = Uint8Array.from(spend)
    const intent = intentSchema.parse({
      id: 'po_1',
      kind: 'payout',
      chain,
      simulated: true,
      keys: [{ path, address: from }],
      payments: [{ to, asset: native, units: `${PAID}` }],
      feeMax: '5',
    })
    const { signed } = signTransaction(context(), { op: 'sign', intent, unsigned })
    const { effects } = codecFor(intent).explainSigned(chain, hexToBytes(signed))
    assert.deepEqual(effects.spenders, [from])
  }
})
