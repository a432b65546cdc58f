import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { concat, hexToBytes, serializeTransaction, type Hex } from 'viem'
import { evmAddressOf } from '../src/chains/evm/address.ts'
import { childPublicKey, receivingKey } from '../src/custody/derivation.ts'
import { signerClient } from '../src/custody/signer.client.ts'
import { startSigner, testDataDirectory, type TestSigner } from './signer.ts'

/** The first treasury account. */
const TREASURY = 2 ** 30

/** Where the policy lets coins of Ethereum go. */
export const SHOP = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

/** One coin of Ethereum. */
export const ETHER = 10n ** 18n

const rules = {
  destinations: [SHOP],
  fee: { perTransaction: '0.01', perDay: '1' },
  assets: { ETH: { perTransaction: '1', perDay: '3' } },
}

/** A signer's process under a policy, and all that its socket's owner can do with it. */
export type AttackedSigner = AsyncDisposable &
  Readonly<{
    data: string
    socket: () => string
    /** The treasury's first key. */
    key: Readonly<{ path: string; address: Hex }>
    /** Sends one line on a connection of its own, and gives the answer's text. */
    send: (line: string) => Promise<string>
    /** Sends a request; `signed`, or the code of the refusal. */
    outcome: (request: object) => Promise<string>
    kill: () => Promise<void>
    start: () => Promise<void>
  }>

/** Starts it: three coins of Ethereum a day, to one shop. */
export async function attackedSigner(): Promise<AttackedSigner> {
  const data = await testDataDirectory()
  const first = await startSigner(data.path)
  const { path, xpub } = await signerClient(first.socket).xpub('eip155', TREASURY)
  const address = evmAddressOf(childPublicKey(receivingKey(xpub), 0))
  await first[Symbol.asyncDispose]()
  const policy = { version: 1, chains: { Ethereum: rules } }
  await writeFile(join(data.path, 'signer', 'policy.json'), JSON.stringify(policy))
  let signer: TestSigner = await startSigner(data.path)
  const send = (line: string): Promise<string> => sendLine(signer.socket, line)
  return {
    data: data.path,
    socket: () => signer.socket,
    key: { path: `${path}/0/0`, address: `0x${address.slice(2)}` },
    send,
    outcome: async (request) => {
      const reply = JSON.parse(await send(JSON.stringify(request)))
      return reply.ok === true ? 'signed' : reply.code
    },
    kill: async () => {
      const closed = once(signer.child, 'close')
      signer.child.kill('SIGKILL')
      await closed
    },
    start: async () => {
      signer = await startSigner(data.path)
    },
    [Symbol.asyncDispose]: async () => {
      if (signer.child.exitCode === null && signer.child.signalCode === null) {
        await signer[Symbol.asyncDispose]()
      }
      await data[Symbol.asyncDispose]()
    },
  }
}

/** Sends a line and gives back the first that comes; empty when the signer hangs up. */
function sendLine(path: string, line: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path)
    // A signer that is killed resets its connections: what is told then is that nothing came.
    socket.on('error', () => undefined)
    socket.once('close', () => resolve(''))
    const lines = createInterface(socket)
    lines.on('error', () => undefined)
    lines.once('line', (text) => {
      resolve(text)
      socket.destroy()
    })
    socket.write(`${line}\n`)
  })
}

/** Fields of a transaction of Ethereum that an attacker may choose. */
export type Chosen = Readonly<{
  nonce?: number
  to?: Hex
  value?: bigint
  data?: Hex
  chainId?: number
  gas?: bigint
}>

/** The unsigned bytes of a transaction that the treasury's key is to sign, by viem. */
export function unsignedBytes(from: Hex, chosen: Chosen): Hex {
  const { nonce = 0, to = SHOP, value = ETHER, data = '0x', chainId = 1, gas = 21_000n } = chosen
  const fees = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 10n ** 9n }
  const call = { chainId, nonce, to, value, data, gas, type: 'eip1559' } as const
  return concat([from, serializeTransaction({ ...call, ...fees })])
}

/** The request for its signature, with an intent that says the same unless told otherwise. */
export function ethereumRequest(
  key: AttackedSigner['key'],
  chosen: Chosen,
  said: Readonly<Record<string, unknown>> = {},
): object {
  const { to = SHOP, value = ETHER, chainId = 1, nonce = 0 } = chosen
  const chain = `eip155:${chainId}`
  return {
    op: 'sign',
    intent: {
      id: `po_${nonce}`,
      kind: 'payout',
      chain,
      keys: [key],
      payments: [{ to, asset: `${chain}/slip44:60`, units: `${value}` }],
      feeMax: '1000000000000000',
      ...said,
    },
    unsigned: Buffer.from(hexToBytes(unsignedBytes(key.address, chosen))).toString('hex'),
  }
}
