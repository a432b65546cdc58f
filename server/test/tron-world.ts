import { randomBytes } from '@noble/hashes/utils.js'
import { NOBODY, type Contracts, type ContractPayment } from '../../upstreams/tron/contracts.ts'
import {
  startTronStandIn,
  type StandInOptions,
  type TronStandIn,
} from '../../upstreams/tron/stand-in.ts'
import type { AdapterWorld } from '../src/chains/contract-world.suite.ts'
import type { Sending, SendKind } from '../src/chains/sandbox-node.ts'
import { connectTron, type TronOptions } from '../src/chains/tron/adapter.ts'
import { accountOfAddress, tronAddress, tronAddressOfAccount } from '../src/chains/tron/address.ts'
import { assetId, chainId } from '../src/money/caip.ts'
import { units, type AssetId } from '../src/money/units.ts'
import { systemClock } from '../src/shell/clock.ts'

/** Tron as the registry has it. */
export const TRON = chainId('tron:0x2b6653dc')

/** TRX. */
export const TRX = assetId(`${TRON}/slip44:195`)

/** The token whose contract has this account. */
export const tokenAt = (account: string): AssetId =>
  assetId(`${TRON}/trc20:${tronAddressOfAccount(account)}`)

/** A chain of Tron with what only its own tests need of it. */
export type TronWorld = AdapterWorld &
  Readonly<{ standIn: TronStandIn; connect: (url?: string) => ReturnType<typeof connectTron> }>

/** The options of an adapter on a stand-in. */
export function tronOptions(url: string, contracts: Contracts): TronOptions {
  const token = (account: string) => {
    const contract = tronAddressOfAccount(account)
    return { id: tokenAt(account), kind: 'token', contract } as const
  }
  return {
    chain: TRON,
    genesis: '2b6653dc',
    nodes: [{ url, solidityUrl: url }],
    assets: [
      { id: TRX, kind: 'native', contract: undefined },
      token(contracts.dollar),
      token(contracts.silent),
      token(contracts.taxed),
    ],
    pollMs: 1_000,
    timeoutMs: 10_000,
  }
}

/** Starts a stand-in and an adapter on it. */
export async function startTronWorld(change: StandInOptions = {}): Promise<TronWorld> {
  const standIn = await startTronStandIn(change)
  const { chain, contracts } = standIn
  const connect = (url = standIn.url) =>
    connectTron({ clock: systemClock }, tronOptions(url, contracts))
  return {
    standIn,
    connect,
    adapter: connect().adapter,
    reopen: () => Promise.resolve(connect().adapter),
    assets: [TRX, tokenAt(contracts.dollar), tokenAt(contracts.silent)],
    kinds: {
      normal: TRX,
      internal: TRX,
      fake_token: tokenAt(contracts.dollar),
      fee_on_transfer: tokenAt(contracts.taxed),
    },
    badAddresses: BAD_ADDRESSES,
    // The library that pays writes amounts of coins as numbers.
    unitsMax: units(9n * 10n ** 15n),
    newAddress: () => tronAddress(randomBytes(20)),
    send: (kind, sendings) => send(standIn, kind, sendings),
    mine: (blocks) => chain.mine(blocks),
    reorg: (depth, drop) => chain.reorg(depth, drop),
    drop: (txHash) => Promise.resolve(chain.drop(txHash)),
    replace: () => Promise.reject(new Error('Tron replaces nothing')),
    halt: (halted) => Promise.resolve(standIn.halt(halted)),
    [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose](),
  }
}

function send(
  { faucet, contracts }: TronStandIn,
  kind: SendKind,
  sendings: readonly [Sending, ...Sending[]],
): Promise<string> {
  const payment = ({ to, asset, units: paid }: Sending): ContractPayment => ({
    token: kind === 'fake_token' ? contracts.fake : tokenOf(asset),
    to: accountOfAddress(to),
    units: paid,
  })
  const [first, ...more] = sendings
  const all = [payment(first), ...more.map(payment)] as const
  return kind === 'internal' ? faucet.payByContract(all) : faucet.pay(all)
}

/** The contract of an asset; nobody's account for coins. */
const tokenOf = (asset: AssetId): string =>
  asset === TRX ? NOBODY : accountOfAddress(asset.slice(asset.indexOf('/trc20:') + 7))

const BAD_ADDRESSES = [
  '',
  'payee',
  'TMVQGm1qAQYVdetCeGRRkTWYYrLXuHK2Hc',
  'TMVQGm1qAQYVdetCeGRRkTWYYrLXuHK2H',
  '417e5f4552091a69125d5dfcb7b8c2659029395bdf',
  '7e5f4552091a69125d5dfcb7b8c2659029395bdf',
  '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf',
  'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
  '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH',
  'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
]
