import { encodeDeployData, encodeFunctionData } from 'viem'
import { readArtifact } from '../../server/test/artifact.ts'
import type { Tvm } from './tvm.ts'

/** The contracts that stand on a chain from its beginning; accounts as `0x` and 40 digits. */
export type Contracts = Readonly<{
  dollar: string
  /** Answers nothing to a transfer, as the dollar of many people does. */
  silent: string
  /** Keeps a hundredth of each transfer, and says so. */
  taxed: string
  /** Calls itself what `dollar` does. */
  fake: string
  payer: string
}>

/** One payment that the payer makes; `token` the zero account for coins. */
export type ContractPayment = Readonly<{ token: string; to: string; units: bigint }>

/** No account: what stands for coins. */
export const NOBODY = `0x${'0'.repeat(40)}`

const TOKENS_EACH = 10n ** 30n
const ENERGY_MAX = 10_000_000n

/**
 * Puts the contracts on a machine; `owner` and the payer are rich in every token.
 * @param dollarsAt accounts at which a dollar stands as well
 */
export async function deployContracts(
  tvm: Tvm,
  owner: string,
  dollarsAt: readonly string[],
): Promise<Contracts> {
  const put = async (name: string, args: readonly unknown[]): Promise<string> => {
    const { abi, bytecode } = await readArtifact(name)
    return tvm.deploy(owner, encodeDeployData({ abi, bytecode, args }))
  }
  const contracts = {
    dollar: await put('TestDollar', []),
    silent: await put('SilentToken', []),
    taxed: await put('TaxedToken', [false]),
    fake: await put('TestToken', ['Test Dollar', 'TUSD', 6]),
    payer: await put('Payer', []),
  }
  const { payer, ...tokens } = contracts
  const { abi } = await readArtifact('TestToken')
  const args = [[owner, payer], TOKENS_EACH]
  const data = encodeFunctionData({ abi, functionName: 'mint', args })
  for (const place of dollarsAt) await tvm.copyCode(contracts.dollar, place)
  for (const to of [...Object.values(tokens), ...dollarsAt]) {
    await tvm.run({ from: owner, to, sun: 0n, data }, ENERGY_MAX)
  }
  return contracts
}

/** The call data of a token's transfer. */
export async function transferData(to: string, units: bigint): Promise<string> {
  const { abi } = await readArtifact('TestToken')
  return encodeFunctionData({ abi, functionName: 'transfer', args: [to, units] })
}

/** The call data that lets the payer pay them all. */
export async function payData(payments: readonly ContractPayment[]): Promise<string> {
  const { abi } = await readArtifact('Payer')
  return encodeFunctionData({ abi, functionName: 'pay', args: [payments] })
}
