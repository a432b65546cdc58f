import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expandMetadata, Metadata, TypeRegistry } from '@polkadot/types'
import { hexToU8a, u8aToHex } from '@polkadot/util'
import { sr25519PairFromSeed, sr25519Sign } from '@polkadot/util-crypto'
import { z } from 'zod'
import { startPolkadotStandIn } from './node.ts'

// The stand-in with Polkadot's own library as its client: it knows nothing but what the node says.

const pair = sr25519PairFromSeed(new Uint8Array(32).fill(3))
const recipient = '14E5nqKAp3oAJcmzgZhUD2RcptBeUBScxKHgJKU4HPNcKVf3'

const Answer = z.object({
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string(), data: z.string() }).optional(),
})
const Text = z.string()
const Version = z.object({
  specName: z.string(),
  implName: z.string(),
  authoringVersion: z.number(),
  specVersion: z.number(),
  implVersion: z.number(),
  transactionVersion: z.number(),
  apis: z.array(z.never()),
})

async function ask(url: string, method: string, ...params: readonly unknown[]) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const headers = { 'content-type': 'application/json' }
  const { result, error } = Answer.parse(
    await (await fetch(url, { method: 'POST', headers, body })).json(),
  )
  return error ?? result
}

const control = (url: string, verb: string, body: unknown): Promise<Response> =>
  fetch(`${url}/_control/${verb}`, { method: 'POST', body: JSON.stringify(body) })

type Change = Readonly<{ amount?: bigint; nonce?: number; tip?: bigint; method?: string }>

/** A wallet of one account on a node. */
async function openWallet(url: string) {
  const registry = new TypeRegistry()
  const metadata = new Metadata(registry, hexToU8a(Text.parse(await ask(url, 'state_getMetadata'))))
  registry.setMetadata(metadata)
  const { tx } = expandMetadata(registry, metadata)
  const address = registry.createType('AccountId', pair.publicKey).toString()
  const { publicKey } = pair
  const sign = (message: Uint8Array) => Uint8Array.of(1, ...sr25519Sign(message, pair))
  const signed = async (change: Change): Promise<string> => {
    const finalized = Text.parse(await ask(url, 'chain_getFinalizedHead'))
    const header = z
      .looseObject({ number: z.string() })
      .parse(await ask(url, 'chain_getHeader', finalized))
    const current = Number.parseInt(header.number, 16)
    const call = tx['balances']?.[change.method ?? 'transferKeepAlive']
    assert.ok(call !== undefined)
    const method = call({ Id: recipient }, change.amount ?? 1_000_000_000n)
    const extrinsic = registry.createType('Extrinsic', { method }, { version: 4 })
    const runtimeVersion = Version.parse(await ask(url, 'state_getRuntimeVersion'))
    const account = { address, addressRaw: publicKey, publicKey, sign }
    const options = {
      era: registry.createType('ExtrinsicEra', { current, period: 64 }),
      nonce: change.nonce ?? 0,
      tip: change.tip ?? 0n,
      blockHash: finalized,
      genesisHash: Text.parse(await ask(url, 'chain_getBlockHash', 0)),
      runtimeVersion,
    }
    return extrinsic.sign(account, options).toHex()
  }
  return { address, signed }
}

test('a wallet that knows the node alone pays, and is told its nonce and its payment’s hash', async () => {
  await using standIn = await startPolkadotStandIn()
  const { url } = standIn
  const wallet = await openWallet(url)
  await control(url, 'grant', { address: wallet.address, amount: '100000000000' })
  assert.equal(await ask(url, 'system_accountNextIndex', wallet.address), 0)
  const hash = Text.parse(await ask(url, 'author_submitExtrinsic', await wallet.signed({})))
  assert.equal(await ask(url, 'system_accountNextIndex', wallet.address), 1)
  await control(url, 'mine', { blocks: 1 })
  const mined = standIn.chain.best().executed.flatMap(({ tx }) => tx?.hash ?? [])
  assert.deepEqual(mined, [hash])
})

/** Seen to fail with signatures that nobody verifies, and with a replacement that tips nothing. */
test('a node refuses what a Substrate node refuses, with its codes', async () => {
  await using standIn = await startPolkadotStandIn()
  const { url } = standIn
  const wallet = await openWallet(url)
  const submit = async (hex: string): Promise<string> => {
    const answer = z.looseObject({ code: z.number(), data: z.string().optional() })
    const { data } = answer.safeParse(await ask(url, 'author_submitExtrinsic', hex))
    return data === undefined ? 'taken' : `${data.code} ${data.data ?? ''}`.trim()
  }
  const poor = await wallet.signed({})
  assert.match(await submit(poor), /^1010 Inability to pay/)
  standIn.chain.grant(u8aToHex(pair.publicKey), 100_000_000_000n)
  const forged = hexToU8a(poor).map((byte, place) => (place === 60 ? byte ^ 1 : byte))
  assert.match(await submit(u8aToHex(forged)), /^1010 Transaction has a bad signature/)
  assert.match(await submit(`${poor}00`), /^1002 Could not decode/)
  assert.equal(await submit(poor), 'taken')
  assert.match(await submit(await wallet.signed({ amount: 7_000_000_000n })), /^1014/)
  const dearer = await wallet.signed({ amount: 7_000_000_000n, tip: 1n })
  assert.equal(await submit(dearer), 'taken')
  assert.deepEqual(
    standIn.chain.waiting().map((tx) => tx.tip),
    [1n],
  )
  standIn.chain.mine(1)
  assert.match(await submit(poor), /^1010 Transaction is outdated/)
  const late = await wallet.signed({ nonce: 1 })
  standIn.chain.mine(70)
  assert.match(await submit(late), /^1010 Transaction has a bad signature/)
})

test('forks bring back what they are not told to drop, never below what is final', async () => {
  await using standIn = await startPolkadotStandIn()
  const { url, chain } = standIn
  const wallet = await openWallet(url)
  await control(url, 'grant', { address: wallet.address, amount: '100000000000' })
  const hash = Text.parse(await ask(url, 'author_submitExtrinsic', await wallet.signed({})))
  await control(url, 'mine', { blocks: 3 })
  const [best, finalized] = [chain.best(), chain.finalized()]
  await control(url, 'reorg', { depth: 3, drop: [] })
  assert.equal(chain.best().number, best.number)
  assert.notEqual(chain.best().hash, best.hash)
  assert.equal(chain.finalized().hash, finalized.hash)
  const mined = () => [2, 1, 0].some((back) => holds(chain.byNumber(best.number - back)))
  const holds = (block: ReturnType<typeof chain.byNumber>) =>
    block?.executed.some(({ tx }) => tx?.hash === hash) === true
  assert.ok(mined())
  await control(url, 'reorg', { depth: 3, drop: [hash] })
  assert.ok(!mined())
})
