import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { Whole } from './answers.ts'
import type { Prices, Resources } from './fees.ts'
import type { TronNode } from './node.client.ts'

const Parameters = z.object({
  chainParameter: z.array(z.object({ key: z.string(), value: z.unknown() })),
})

/** What the network charges now. @throws chain.answer_unusable when a price is missing */
export async function readPrices(node: TronNode): Promise<Prices> {
  const path = 'wallet/getchainparameters'
  const { chainParameter } = await node.ask(path, {}, Parameters)
  const price = (name: string): bigint => {
    const value = chainParameter.find(({ key }) => key === name)?.value
    // A parameter that is zero has no value.
    const read = Whole.safeParse(value ?? 0)
    const isThere = chainParameter.some(({ key }) => key === name)
    if (isThere && read.success) return read.data
    const facts = { chain: node.chain, node: node.name, method: path, problem: `no ${name}` }
    throw new AppError('chain.answer_unusable', facts)
  }
  return {
    byteSun: price('getTransactionFee'),
    energySun: price('getEnergyFee'),
    accountSun: price('getCreateNewAccountFeeInSystemContract'),
    accountBandwidthSun: price('getCreateAccountFee'),
    feeLimitMaxSun: price('getMaxFeeLimit'),
  }
}

const Used = z.object({
  freeNetUsed: Whole.default(0n),
  freeNetLimit: Whole.default(0n),
  NetUsed: Whole.default(0n),
  NetLimit: Whole.default(0n),
  EnergyUsed: Whole.default(0n),
  EnergyLimit: Whole.default(0n),
})

/** What an account may use without paying for it. @param address 21 bytes in hexadecimal */
export async function readResources(node: TronNode, address: string): Promise<Resources> {
  const used = await node.ask('wallet/getaccountresource', { address }, Used)
  return {
    freeBandwidth: left(used.freeNetLimit, used.freeNetUsed),
    stakedBandwidth: left(used.NetLimit, used.NetUsed),
    energy: left(used.EnergyLimit, used.EnergyUsed),
  }
}

const left = (limit: bigint, used: bigint): bigint => (limit > used ? limit - used : 0n)
