import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesToHex } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { CHAIN } from '../../../test/bitcoin-world.ts'
import { realBitcoind } from '../../../test/bitcoind.ts'
import { startBitcoindWorld } from '../../../test/bitcoind-world.ts'
import { units } from '../../money/units.ts'
import { requestOf, richKey, signedFor, somePayment } from '../contract-sending-play.suite.ts'
import { sendingSuite } from '../contract-sending.suite.ts'
import { adapterSuite } from '../contract.suite.ts'
import type { BitcoinAddressKind } from './address.ts'
import { finalTransaction } from './codec.ts'
import { vsizeOf } from './size.ts'

const binary = realBitcoind()

if (binary === undefined) {
  const why = 'BITCOIND names no program, and COFFER_REAL_BITCOIND=download was not asked for'
  test('the whole of both suites on a real bitcoind', { skip: why })
} else {
  adapterSuite('Bitcoin on a real bitcoind', {
    make: () => startBitcoindWorld(binary, 'p2wpkh'),
    propertyRuns: 5,
  })
  for (const kind of ['p2wpkh', 'p2tr'] as const) {
    sendingSuite(`Bitcoin on a real bitcoind, ${kind}`, {
      make: () => startBitcoindWorld(binary, kind),
      propertyRuns: 10,
    })
  }

  test('the real node reads our PSBTs, completes them to the same bytes and would take them', async () => {
    for (const kind of ['p2wpkh', 'p2tr'] as const) {
      await using world = await startBitcoindWorld(binary, kind)
      const key = await richKey(world)
      const request = requestOf(world, key, [somePayment(world), somePayment(world)])
      const { bytes } = await world.sender.build(request)
      const unsigned = Buffer.from(bytes).toString('base64')
      const { tx, fee } = Decoded.parse(await world.ask('decodepsbt', unsigned))
      const signed = await signedFor(world, [key], request)
      assert.equal(tx.txid, signed.txHash)
      assert.equal(BigInt(Math.round(fee * 1e8)), signed.effects.feeMax)
      const psbt = Buffer.from(signed.bytes).toString('base64')
      const { hex, complete } = Final.parse(await world.ask('finalizepsbt', psbt))
      const { raw } = finalTransaction(CHAIN, signed.bytes)
      assert.deepEqual([complete, hex], [true, bytesToHex(raw)])
      const [verdict] = Verdicts.parse(await world.ask('testmempoolaccept', [hex]))
      assert.ok(verdict?.allowed && verdict.vsize <= foreseenVsize(kind))
    }
  })
}

const Decoded = z.object({ tx: z.object({ txid: z.string() }), fee: z.number() })
const Final = z.object({ hex: z.string(), complete: z.boolean() })
const Verdicts = z.array(z.object({ allowed: z.boolean(), vsize: z.number() }))

/** One input; two payments to key hashes, and change. */
function foreseenVsize(kind: BitcoinAddressKind): number {
  const keyHash = { script: new Uint8Array(22), units: units(0n) }
  const change = { ...keyHash, script: new Uint8Array(kind === 'p2tr' ? 34 : 22) }
  return vsizeOf([kind], [keyHash, keyHash, change])
}
