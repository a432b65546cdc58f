import { z } from 'zod'
import { startAnvil } from '../../server/test/anvil.ts'

// A real EVM in the place of Tron's: it keeps balances (one wei is one sun) and runs contracts,
// called by whoever the chain says. It knows nothing of signatures, fees or blocks of Tron.

/** A call of an account by another; accounts as `0x` and 40 digits. */
export type TvmCall = Readonly<{ from: string; to: string; sun: bigint; data: string }>

/** What a contract wrote down; as `0x…`. */
export type TvmLog = Readonly<{ address: string; topics: readonly string[]; data: string }>

/** A call within a call. */
export type InnerCall = Readonly<{
  type: string
  from: string
  to: string
  sun: bigint
  failed: boolean
}>

/** How a call ended. */
export type TvmOutcome = Readonly<{
  succeeded: boolean
  energy: bigint
  output: string
  logs: readonly TvmLog[]
  inner: readonly InnerCall[]
}>

/** The machine. Its heights are its own. */
export type Tvm = AsyncDisposable &
  Readonly<{
    /** Runs a call for good, with so much energy at most. */
    run: (call: TvmCall, energyMax: bigint) => Promise<TvmOutcome>
    /** Runs a call and forgets it. */
    view: (call: TvmCall, height: number) => Promise<Omit<TvmOutcome, 'logs' | 'inner'>>
    /** @param height undefined: now */
    balance: (account: string, height?: number) => Promise<bigint>
    isContract: (account: string) => Promise<boolean>
    setBalance: (account: string, sun: bigint) => Promise<void>
    /** Makes what is now a state that can be asked for later. @returns its height */
    seal: () => Promise<number>
    /** Back to a sealed state. */
    rollBackTo: (height: number) => Promise<void>
    /** @returns the account of the new contract */
    deploy: (from: string, bytecode: string) => Promise<string>
    /** Puts a contract's code at another account too. */
    copyCode: (contract: string, to: string) => Promise<void>
  }>

const FLAGS = ['--no-mining', '--order', 'fifo', '--base-fee', '0', '--gas-price', '0']
const MORE_FLAGS = ['--auto-impersonate', '--disable-min-priority-fee', '--accounts', '1']
const GAS_MAX = 16_000_000n

const Quantity = z.string().transform((text) => BigInt(text))
const Receipt = z.object({
  status: Quantity,
  gasUsed: Quantity,
  contractAddress: z.string().nullable(),
  logs: z.array(z.object({ address: z.string(), topics: z.array(z.string()), data: z.string() })),
})

const Frame = z.object({
  type: z.string(),
  from: z.string(),
  to: z.string().default(''),
  value: z.string().default('0x0'),
  gasUsed: Quantity,
  output: z.string().default('0x'),
  error: z.string().optional(),
  get calls() {
    return z.array(Frame).default([])
  },
})
type Frame = z.infer<typeof Frame>

/** Starts a machine of its own. Disposing ends it. */
export async function startTvm(): Promise<Tvm> {
  const anvil = await startAnvil([...FLAGS, ...MORE_FLAGS])
  const sealed = new Map<number, unknown>()
  const heightNow = async (): Promise<number> => Number(await anvil.ask('eth_blockNumber'))
  const send = async (transaction: object): Promise<z.infer<typeof Receipt> & { hash: string }> => {
    const hash = z.string().parse(await anvil.ask('eth_sendTransaction', transaction))
    await anvil.ask('anvil_mine', '0x1')
    return { ...Receipt.parse(await anvil.ask('eth_getTransactionReceipt', hash)), hash }
  }
  return {
    run: async (call, energyMax) => {
      const gas = min(energyMax + gasBefore(call.data, 'limit'), GAS_MAX)
      const receipt = await send({ ...written(call), gas: hex(gas), gasPrice: '0x0' })
      const trace = await anvil.ask('debug_traceTransaction', receipt.hash, CALL_TRACER)
      const root = Frame.parse(trace)
      const succeeded = receipt.status === 1n
      const energy = receipt.gasUsed - gasBefore(call.data, 'used')
      const inner = root.calls.flatMap((frame) => flattened(frame, false))
      return { succeeded, energy, output: root.output, logs: receipt.logs, inner }
    },
    view: async (call, height) => {
      const transaction = { ...written(call), gas: hex(GAS_MAX), gasPrice: '0x0' }
      const trace = await anvil.ask('debug_traceCall', transaction, hex(height), CALL_TRACER)
      const { error, gasUsed, output } = Frame.parse(trace)
      return { succeeded: !error, energy: gasUsed - gasBefore(call.data, 'used'), output }
    },
    balance: async (account, height) =>
      Quantity.parse(
        await anvil.ask('eth_getBalance', account, height === undefined ? 'latest' : hex(height)),
      ),
    isContract: async (account) => (await anvil.ask('eth_getCode', account, 'latest')) !== '0x',
    setBalance: async (account, sun) =>
      void (await anvil.ask('anvil_setBalance', account, hex(sun))),
    seal: async () => {
      await anvil.ask('anvil_mine', '0x1')
      const height = await heightNow()
      sealed.set(height, await anvil.ask('evm_snapshot'))
      return height
    },
    // Not by `anvil_rollback`, which leaves accounts in place that were not there before.
    rollBackTo: async (height) => {
      await anvil.ask('evm_revert', sealed.get(height))
      sealed.set(height, await anvil.ask('evm_snapshot'))
    },
    deploy: async (from, bytecode) => {
      const { contractAddress } = await send({ from, data: bytecode, gasPrice: '0x0' })
      if (contractAddress === null) throw new Error('the contract was not deployed')
      return contractAddress
    },
    copyCode: async (contract, to) => {
      const code = await anvil.ask('eth_getCode', contract, 'latest')
      await anvil.ask('anvil_setCode', to, code)
    },
    [Symbol.asyncDispose]: () => anvil[Symbol.asyncDispose](),
  }
}

const CALL_TRACER = { tracer: 'callTracer' }

const written = ({ from, to, sun, data }: TvmCall) => ({ from, to, value: hex(sun), data })

const hex = (value: bigint | number): string => `0x${value.toString(16)}`

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** What Ethereum takes before the first step, and Tron does not: for the call and for its data. */
function gasBefore(data: string, purpose: 'used' | 'limit'): bigint {
  const bytes = Buffer.from(data.slice(2), 'hex')
  const zeros = BigInt(bytes.filter((byte) => byte === 0).length)
  const others = BigInt(bytes.length) - zeros
  const usual = 21_000n + 4n * zeros + 16n * others
  const least = 21_000n + 10n * zeros + 40n * others
  return purpose === 'limit' && least > usual ? least : usual
}

/** A call and all within it, in their order; what is within one that failed has failed too. */
function flattened(frame: Frame, isFailed: boolean): readonly InnerCall[] {
  const failed = isFailed || frame.error !== undefined
  const { type, from, to } = frame
  const own = { type, from, to, sun: BigInt(frame.value), failed }
  return [own, ...frame.calls.flatMap((call) => flattened(call, failed))]
}
