import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesToHex } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { encodeFunctionData, zeroAddress } from 'viem'
import { readArtifact } from '../../../test/artifact.ts'
import { mintCall, payCall, transferCall } from './contract-calls.ts'
import { balanceOfCall, moveOfCall } from './erc20.ts'

const anyAddress = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => `0x${bytesToHex(bytes)}`)
const anyUnits = fc.bigInt(0n, 2n ** 256n - 1n)

test('calls are written as another encoder writes them from the compiled contracts', async () => {
  const { abi: token } = await readArtifact('TestDollar')
  const { abi: payer } = await readArtifact('Payer')
  const anyPayment = fc.record({ token: anyAddress, to: anyAddress, units: anyUnits })
  fc.assert(
    fc.property(anyAddress, anyUnits, fc.array(anyAddress), (to, units, owners) => {
      const encode = (functionName: string, args: readonly unknown[]): string =>
        encodeFunctionData({ abi: token, functionName, args })
      assert.equal(transferCall(to, units), encode('transfer', [to, units]))
      assert.equal(mintCall(owners, units), encode('mint', [owners, units]))
      assert.equal(balanceOfCall(to), encode('balanceOf', [to]))
    }),
  )
  fc.assert(
    fc.property(fc.array(anyPayment), (payments) => {
      const data = encodeFunctionData({ abi: payer, functionName: 'pay', args: [payments] })
      assert.equal(payCall(payments), data)
    }),
  )
  const coins = { to: zeroAddress, units: 1n }
  assert.equal(
    payCall([{ ...coins, token: undefined }]),
    payCall([{ ...coins, token: zeroAddress }]),
  )
})

test('a transfer’s call data reads as the move it asks for, and nothing else does', async () => {
  const { abi } = await readArtifact('TestDollar')
  fc.assert(
    fc.property(anyAddress, anyAddress, anyAddress, anyUnits, (sender, from, to, value) => {
      const encode = (functionName: string, args: readonly unknown[]): string =>
        encodeFunctionData({ abi, functionName, args })
      assert.deepEqual(moveOfCall(sender, encode('transfer', [to, value])), {
        from: sender,
        to,
        value,
      })
      const spent = { from, to, value }
      assert.deepEqual(moveOfCall(sender, encode('transferFrom', [from, to, value])), spent)
      assert.equal(moveOfCall(sender, encode('approve', [to, value])), undefined)
      const signed = `${encode('transferFrom', [from, to, value])}deadbeef`
      assert.deepEqual(moveOfCall(sender, signed), spent)
      assert.equal(moveOfCall(sender, signed.slice(0, 200)), undefined)
    }),
  )
})
