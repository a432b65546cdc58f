import { mkdtemp } from 'node:fs/promises'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeDeployData, encodeFunctionData, type Hex } from 'viem'
import { z } from 'zod'
import { startAnvil, stopAnvil, type Anvil } from './anvil.ts'
import { readArtifact } from './artifact.ts'

/** The contracts that stand on every test chain, by their role; addresses in lower case. */
export type Contracts = Readonly<{
  dollar: Hex
  silent: Hex
  taxed: Hex
  /** Logs what was sent, not what arrived. */
  lying: Hex
  /** Calls itself what `dollar` does, and is on no list. */
  fake: Hex
  payer: Hex
}>

/** How many accounts a test chain has, each rich in coins and every token. */
export const ACCOUNTS = 64

/** What each account has of every token, and more of the coin. */
const TOKEN_UNITS_EACH = 10n ** 30n

/** A chain id that is nobody's, finality after a few blocks, accounts that do not run short. */
const CHAIN_FLAGS: readonly string[] = [
  ...['--chain-id', '31337', '--slots-in-an-epoch', '2'],
  ...['--accounts', `${ACCOUNTS}`, '--balance', '1000000000000000'],
]

type EvmBase = Readonly<{ stateFile: string; contracts: Contracts }>

let prepared: Promise<EvmBase> | undefined

/** The state that test chains begin with, made once per process: contracts, and some blocks. */
const evmBase = (): Promise<EvmBase> => (prepared ??= prepare())

async function prepare(): Promise<EvmBase> {
  const directory = await mkdtemp(join(tmpdir(), 'coffer-evm-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const stateFile = join(directory, 'state.json')
  await using anvil = await startAnvil([
    ...CHAIN_FLAGS,
    '--no-mining',
    '--preserve-historical-states',
    '--dump-state',
    stateFile,
  ])
  const contracts = {
    dollar: await deploy(anvil, 'TestDollar', []),
    silent: await deploy(anvil, 'SilentToken', []),
    taxed: await deploy(anvil, 'TaxedToken', [false]),
    lying: await deploy(anvil, 'TaxedToken', [true]),
    fake: await deploy(anvil, 'TestToken', ['Test Dollar', 'TUSD', 6]),
    payer: await deploy(anvil, 'Payer', []),
  }
  const { payer, ...tokens } = contracts
  const { abi } = await readArtifact('TestToken')
  const args = [[...(await accountsOf(anvil)), payer], TOKEN_UNITS_EACH]
  const data = encodeFunctionData({ abi, functionName: 'mint', args })
  for (const token of Object.values(tokens)) await transactAndMine(anvil, { to: token, data })
  await stopAnvil(anvil)
  return { stateFile, contracts }
}

/** The accounts that anvil signs for. */
export const accountsOf = async (anvil: Anvil): Promise<readonly string[]> =>
  z.array(z.string()).parse(await anvil.ask('eth_accounts'))

const Receipt = z.object({
  status: z.literal('0x1'),
  contractAddress: z.templateLiteral(['0x', z.string()]).nullable(),
})

async function deploy(anvil: Anvil, name: string, args: readonly unknown[]): Promise<Hex> {
  const { abi, bytecode } = await readArtifact(name)
  const data = encodeDeployData({ abi, bytecode, args })
  const { contractAddress } = await transactAndMine(anvil, { data })
  if (contractAddress === null) throw new Error(`${name} was not deployed`)
  return contractAddress
}

async function transactAndMine(
  anvil: Anvil,
  transaction: Readonly<{ to?: Hex; data: Hex }>,
): Promise<z.infer<typeof Receipt>> {
  const [from] = await accountsOf(anvil)
  const txHash = await anvil.ask('eth_sendTransaction', { from, ...transaction })
  await anvil.ask('anvil_mine', '0x1')
  return Receipt.parse(await anvil.ask('eth_getTransactionReceipt', txHash))
}

/** A node with the base's state, and the snapshot that brings it back to it. */
export type EvmChain = Readonly<{ anvil: Anvil; contracts: Contracts; snapshot: unknown }>

const idle: EvmChain[] = []

/** A chain as the base left it: one that another test has given back, or a new one. */
export async function takeChain(): Promise<EvmChain> {
  const free = idle.pop()
  if (free !== undefined) return free
  const { stateFile, contracts } = await evmBase()
  const kept = ['--no-mining', '--preserve-historical-states', '--load-state', stateFile]
  const anvil = await startAnvil([...CHAIN_FLAGS, ...kept])
  return { anvil, contracts, snapshot: await anvil.ask('evm_snapshot') }
}

/** Takes everything back that was done on a chain, for the next test of this process. */
export async function giveBack({ anvil, contracts, snapshot }: EvmChain): Promise<void> {
  await anvil.ask('anvil_dropAllTransactions')
  const isBack = await anvil.ask('evm_revert', snapshot)
  if (isBack !== true) return anvil[Symbol.asyncDispose]()
  idle.push({ anvil, contracts, snapshot: await anvil.ask('evm_snapshot') })
}
