import { randomBytes } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { base58 } from '@scure/base'
import { pay } from '../../upstreams/solana/payer.ts'
import type { SendingWorld, WorldKey } from '../src/chains/contract-sending-world.suite.ts'
import { solanaCodec } from '../src/chains/solana/codec.ts'
import { programs } from '../src/chains/solana/programs.ts'
import { associatedAccount } from '../src/chains/solana/token-account.ts'
import { units } from '../src/money/units.ts'
import { readByKit } from './solana-read.ts'
import { CHAIN, COIN, newAddress, startSolanaWorld, type SolanaWorld } from './solana-world.ts'

/** A chain of which the coins of keys of ours are spent, with the network's real rent. */
export type SolanaSendingWorld = SolanaWorld & SendingWorld

/** What an account without data has to hold. */
const RENT_MIN = 890_880n

/** So many transfers of coins fit one transaction. */
const PAYMENTS_MAX = 20

/** Blocks until a blockhash that is final now is over, and that is final too. */
const EXPIRY_BLOCKS = 151 + 33

/** Starts a fresh chain with a sender on it. */
export async function startSolanaSendingWorld(): Promise<SolanaSendingWorld> {
  const world = await startSolanaWorld({ rent: 'real' })
  const { standIn, mint, connect } = world
  const { ledger } = standIn
  const { sender } = connect()
  if (sender === undefined) throw new Error('Solana can be sent')
  const token = world.assets[1] ?? COIN
  return {
    ...world,
    sender,
    codec: solanaCodec,
    can: { replaces: false, sharesSlots: false, showsWaiting: false, feePayers: true },
    newKey,
    fund: async (to, asset, amount) => {
      await pay(ledger, [{ to, units: amount, ...(asset === COIN ? {} : { mint }) }])
      ledger.mine(1)
    },
    unitsMin: (asset) => units(asset === COIN ? RENT_MIN : 1n),
    plenty: units(10n ** 12n),
    feeMax: units(50_000_000n),
    paymentsMax: PAYMENTS_MAX,
    unpayable: () => {
      const amount = units(10n ** 9n)
      const tokenAccount = associatedAccount(newAddress(), mint).address
      return Promise.resolve([
        { to: newAddress(), asset: COIN, units: units(RENT_MIN - 1n) },
        { to: mint, asset: COIN, units: amount },
        { to: mint, asset: token, units: units(5n) },
        { to: programs.system, asset: COIN, units: amount },
        { to: programs.token, asset: token, units: units(5n) },
        { to: tokenAccount, asset: COIN, units: units(1n) },
        { to: newAddress(), asset: COIN, units: units(2n ** 64n) },
      ])
    },
    loseAnswers: (lost) => Promise.resolve(standIn.loseAnswers(lost)),
    expire: () => Promise.resolve(ledger.mine(EXPIRY_BLOCKS)),
    gather: { assets: [COIN, token], to: newAddress(), feePayer: true },
    readByOthers: (unsigned) => readByKit(CHAIN, unsigned),
  }
}

/** A key of its own. */
export function newKey(): WorldKey {
  const privateKey = Uint8Array.from(randomBytes(32))
  const address = base58.encode(ed25519.getPublicKey(privateKey))
  return { path: `m/44'/501'/0'/0'`, address, privateKey }
}
