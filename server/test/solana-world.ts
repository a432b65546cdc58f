import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { base58 } from '@scure/base'
import { makeMint, pay, type Gift } from '../../upstreams/solana/payer.ts'
import { startSolana, type StandIn, type StandInOptions } from '../../upstreams/solana/stand-in.ts'
import { connectSolana, type SolanaOptions } from '../src/chains/solana/adapter.ts'
import { coinOf, tokenOf } from '../src/chains/solana/assets.ts'
import type { AdapterWorld } from '../src/chains/contract-world.suite.ts'
import type { ManyNodes } from '../src/chains/node/many-nodes.ts'
import type { Sending } from '../src/chains/sandbox-node.ts'
import { chainId } from '../src/money/caip.ts'
import { units } from '../src/money/units.ts'
import { systemClock } from '../src/shell/clock.ts'

/** The chain of every test: its nodes are told by their own genesis hash. */
export const CHAIN = chainId('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp')

/** Its coin. */
export const COIN = coinOf(CHAIN)

/** A chain above the real runtime, with what only Solana's tests need. */
export type SolanaWorld = AdapterWorld &
  Readonly<{
    standIn: StandIn
    /** The token that counts, and one that only looks like it. */
    mint: string
    fake: string
    connect: (change?: Partial<SolanaOptions>) => ManyNodes
  }>

/** The public key of RFC 8032's first test. */
const KEY = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex')

/**
 * Starts a fresh chain. Where the contract's suite sends single lamports, which no fresh account of
 * the real network may hold, it has no rent; whoever asks for `real` has it.
 */
export async function startSolanaWorld(
  options: StandInOptions = { rent: 'none' },
): Promise<SolanaWorld> {
  const standIn = await startSolana(options)
  const { ledger } = standIn
  const [mint, fake] = [await makeMint(ledger), await makeMint(ledger)]
  const token = tokenOf(CHAIN, mint)
  const usual: SolanaOptions = {
    chain: CHAIN,
    genesis: ledger.genesisHash,
    urls: [standIn.url],
    tokens: new Map([[token, mint]]),
    pollMs: 1_000,
    timeoutMs: 10_000,
  }
  const connect = (change: Partial<SolanaOptions> = {}): ManyNodes =>
    connectSolana({ clock: systemClock }, { ...usual, ...change })
  const gift = ({ to, asset, units: amount }: Sending): Gift =>
    asset === COIN ? { to, units: amount } : { to, mint, units: amount }
  return {
    standIn,
    mint,
    fake,
    connect,
    adapter: connect().adapter,
    reopen: () => Promise.resolve(connect().adapter),
    assets: [COIN, token],
    kinds: { normal: COIN, internal: COIN, fake_token: token },
    publicKey: KEY,
    mempool: 'hidden',
    badAddresses: [
      '',
      'payee',
      '0x5FbDB2315678afecb367f032d93F642f64180aa3',
      'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t',
      'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
      '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5',
      'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt10',
      base58.encode(randomBytes(64)),
    ],
    unitsMax: units(10n ** 18n),
    newAddress: () => newAddress(),
    send: async (kind, sendings) => {
      const gifts = sendings.map(gift)
      if (kind === 'internal') return pay(ledger, gifts, 'closing')
      if (kind === 'fake_token')
        return pay(
          ledger,
          gifts.map((one) => ({ ...one, mint: fake })),
        )
      return pay(ledger, gifts)
    },
    mine: (blocks) => Promise.resolve(ledger.mine(blocks)),
    reorg: (depth, drop) => Promise.resolve(ledger.reorg(depth, drop)),
    drop: (txHash) => Promise.resolve(ledger.drop(txHash)),
    replace: () => Promise.reject(new Error('nothing that waits is replaced here')),
    halt: (halted) => Promise.resolve(standIn.halt(halted)),
    [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose](),
  }
}

/** The address of a key that nobody keeps. */
export function newAddress(): string {
  const { publicKey } = generateKeyPairSync('ed25519')
  return base58.encode(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32))
}
