import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeFunctionData, erc20Abi, parseTransaction } from 'viem'
import {
  attackedSigner,
  ETHER,
  ethereumRequest,
  SHOP,
  unsignedBytes,
  type Chosen,
} from '../../test/attacked-signer.ts'
import { verifyLog } from './log-file.action.ts'

// Somebody owns the api's memory, its database and the signer's socket: everything but the keystore
// and the signer's directory. The policy lets three coins of Ethereum a day go to one shop.

const THIEF = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'
const USDT = '0xdAC17F958D2ee523a2206206994597C13D831ec7'

const count = (outcomes: readonly string[], wanted: string): number =>
  outcomes.filter((one) => one === wanted).length

/** Planted fault: the log written after the answer. */
test('no number of requests at once, and no kill between them, gets more than the cap', async () => {
  await using signer = await attackedSigner()
  const half = ETHER / 2n
  const ask = (nonce: number, value: bigint): Promise<string> =>
    signer.outcome(ethereumRequest(signer.key, { nonce, value }))
  const many = await Promise.all(Array.from({ length: 40 }, (_, nonce) => ask(nonce, half)))
  assert.equal(count(many, 'signed'), 6)
  assert.equal(count(many, 'signer.cap_exceeded'), 34)
  await signer.kill()
  await signer.start()
  const small = await Promise.all(Array.from({ length: 10 }, (_, nonce) => ask(nonce + 50, 1n)))
  assert.equal(count(small, 'signer.cap_exceeded'), 10)
  // What was signed before is signed again, in no other way.
  const [first = -1] = many.flatMap((outcome, nonce) => (outcome === 'signed' ? [nonce] : []))
  assert.equal(await ask(first, half), 'signed')
  assert.equal(await ask(first, half + 1n), 'signer.intent_reused')
  const moved = ethereumRequest(signer.key, { nonce: 77, value: half }, { id: `po_${first}` })
  assert.equal(await signer.outcome(moved), 'signer.intent_reused')
})

/** Planted faults, one each: `besides` ignored; a claimed path believed; the chain not compared. */
test('no coin goes to an address that is not listed, whatever is said about it', async () => {
  await using signer = await attackedSigner()
  const { key } = signer
  const outcome = (chosen: Chosen, said?: Readonly<Record<string, unknown>>) =>
    signer.outcome(ethereumRequest(key, chosen, said))
  const asset = 'eip155:1/slip44:60'
  const pay = { asset, units: `${ETHER}` }
  assert.equal(await outcome({ to: THIEF }), 'signer.destination_not_listed')
  const own = { payments: [{ ...pay, to: THIEF, path: key.path }] }
  assert.equal(await outcome({ to: THIEF }, own), 'signer.address_differs')
  const lie = { payments: [{ ...pay, to: SHOP }] }
  assert.equal(await outcome({ to: THIEF }, lie), 'signer.intent_differs')
  const change = { ...lie, change: { path: key.path, address: THIEF } }
  assert.equal(await outcome({ to: THIEF }, change), 'signer.address_differs')
  const ownChange = { payments: [{ ...pay, to: SHOP }], change: key }
  assert.equal(await outcome({ to: THIEF }, ownChange), 'signer.intent_differs')
  const calls = [
    encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [THIEF, ETHER] }),
    encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [THIEF, ETHER] }),
  ]
  for (const data of calls) {
    assert.equal(
      await outcome({ to: USDT, data, value: 0n, gas: 90_000n }, lie),
      'signer.intent_differs',
    )
    const forged = {
      payments: [{ to: THIEF, asset: `eip155:1/erc20:${USDT.toLowerCase()}`, units: `${ETHER}` }],
    }
    assert.match(await outcome({ to: USDT, data, value: 0n }, forged), /intent_differs|not_allowed/)
    assert.equal(await outcome({ data }, lie), 'signer.intent_differs')
  }
  // Another chain than the bytes are for, one that stands in no policy, a sandbox's.
  const bytes = unsignedBytes(key.address, { to: THIEF }).slice(2)
  const said = (chain: string, more: object = {}): object => ({
    ...ethereumRequest(key, { to: THIEF }),
    intent: {
      id: 'x',
      kind: 'payout',
      chain,
      keys: [key],
      payments: [{ to: THIEF, asset: `${chain}/slip44:60`, units: `${ETHER}` }],
      feeMax: '1000000000000000',
      ...more,
    },
    unsigned: bytes,
  })
  assert.match(await signer.outcome(said('eip155:31337')), /not_readable|intent_differs/)
  assert.match(await signer.outcome(said('eip155:8453')), /not_readable|not_allowed/)
  assert.match(await signer.outcome(said('eip155:1', { simulated: true })), /not_readable/)
  const dear = { feeMax: `${ETHER}` }
  assert.equal(await outcome({ gas: 10_000_000n }, dear), 'signer.cap_exceeded')
})

/** Would catch: whatever path BIP-32 knows is taken for signing. */
test('no key comes out, and no request ends the signer', async () => {
  await using signer = await attackedSigner()
  const asked = [
    { op: 'xprv', family: 'eip155', account: 0 },
    { op: 'xpub', family: 'eip155', account: 0, private: true },
    { op: 'xpub', family: 'eip155', account: "0'/0" },
    { op: 'xpub', family: 'solana', account: 0 },
    { op: 'addresses', family: 'eip155', account: 0, from: 0, count: 1 },
    { op: 'addresses', family: 'solana', account: 0, from: 0, count: 1e9 },
    { op: 'seed' },
    { op: 'constructor' },
  ]
  for (const request of asked) {
    assert.match(await signer.outcome(request), /operation_not_known|request_not_readable/)
  }
  for (const path of ['m', "m/44'/60'", "m/44'/60'/0'/0", "m/44'/60'/0'/1/0", '../0', '//Alice']) {
    const keys = [{ ...signer.key, path }]
    const request = ethereumRequest(signer.key, {}, { keys })
    assert.equal(await signer.outcome(request), 'signer.path_invalid', path)
  }
  const bytes = unsignedBytes(signer.key.address, {}).slice(2)
  const hello = JSON.stringify({ op: 'hello' })
  const request = JSON.stringify(ethereumRequest(signer.key, {}))
  const frame = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 500 }),
    fc.json({ maxDepth: 3 }),
    fc
      .nat(request.length)
      .chain((at) =>
        fc
          .string({ maxLength: 5 })
          .map((more) => request.slice(0, at) + more + request.slice(at + 3)),
      ),
    fc.nat(bytes.length - 1).map((at) => {
      const other = bytes[at] === 'f' ? '0' : 'f'
      return request.replace(bytes, bytes.slice(0, at) + other + bytes.slice(at + 1))
    }),
  )
  await fc.assert(
    fc.asyncProperty(frame, async (text) => {
      const reply = await signer.send(text.replaceAll('\n', ' '))
      assert.ok(!/xprv|privateKey|"seed"/.test(reply), reply)
      const answer = reply === '' ? {} : JSON.parse(reply)
      // Another fee or nonce is no other payment: whatever is signed pays the shop.
      if (answer.ok === true) {
        const { to, value, data, chainId } = parseTransaction(`0x${answer.signed}`)
        assert.deepEqual([to, value, data, chainId], [SHOP.toLowerCase(), ETHER, undefined, 1])
      }
      assert.equal(JSON.parse(await signer.send(hello)).ok, true)
    }),
    { numRuns: 150 },
  )
  const log = join(signer.data, 'signer', 'log.jsonl')
  let spent = 0n
  verifyLog(log, ({ facts }) => {
    if (facts.kind !== 'signed') return
    const own = facts.counts.filter(({ name }) => name === 'eip155:1 eip155:1/slip44:60')
    for (const { units } of own) spent += BigInt(units)
  })
  assert.ok(spent <= 3n * ETHER, `${spent}`)
})
