import { createPublicClient, createWalletClient, getAddress, http, parseEther, toHex } from 'viem'
import type { Account, Address, Hex } from 'viem'
import { generatePrivateKey, mnemonicToAccount, privateKeyToAccount } from 'viem/accounts'
import { anvil as local } from 'viem/chains'
import { startAnvil } from '../server/test/anvil.ts'
import { readArtifact } from '../server/test/artifact.ts'
import { table } from './measure.ts'

// Gas for emptying deposit addresses, by each way of doing it, on a real node with the rules of
// today's Ethereum. Figures are gas for each address in a batch, so they do not depend on the
// machine.

const BATCH = 20
const COIN: Address = '0x0000000000000000000000000000000000000000'
const PLAIN_GAS = 21_000n

await using node = await startAnvil(['--chain-id', '31337'])
const transport = http(node.url)
const client = createPublicClient({ chain: local, transport, pollingInterval: 5 })
const operator = mnemonicToAccount('test test test test test test test test test test test junk')
const treasury = privateKeyToAccount(generatePrivateKey()).address
const newAccounts = () =>
  Array.from({ length: BATCH }, () => privateKeyToAccount(generatePrivateKey()))
const walletOf = (account: Account) => createWalletClient({ account, chain: local, transport })
const payer = walletOf(operator)

/** The gas of a mined transaction; undefined when it failed. */
async function gasOf(hash: Hex): Promise<bigint | undefined> {
  const { status, gasUsed } = await client.waitForTransactionReceipt({ hash })
  return status === 'success' ? gasUsed : undefined
}

async function deploy(name: string, args: readonly unknown[]) {
  const { abi, bytecode } = await readArtifact(name)
  const hash = await payer.deployContract({ abi, bytecode, args })
  const { contractAddress } = await client.waitForTransactionReceipt({ hash })
  if (!contractAddress) throw new Error(`${name} was not deployed`)
  return { abi, address: contractAddress }
}

const token = await deploy('TestToken', ['Dollar', 'USD', 6])
const sweeper = await deploy('Sweeper', [treasury])
const factory = await deploy('ForwarderFactory', [sweeper.address])

type Contract = Readonly<{ abi: typeof token.abi; address: Address }>

const call = async (contract: Contract, functionName: string, args: readonly unknown[]) =>
  gasOf(await payer.writeContract({ ...contract, functionName, args }))

const fund = (addresses: readonly Address[]) => call(token, 'mint', [addresses, 1_000n])

async function fundWithCoins(addresses: readonly Address[]): Promise<void> {
  for (const to of addresses)
    await gasOf(await payer.sendTransaction({ to, value: parseEther('1') }))
}

const each = (gas: bigint | undefined): string =>
  gas === undefined ? 'fails' : `${gas / BigInt(BATCH)}`

/** The treasury has some of everything already: the first arrival alone costs more. */
await fund([treasury])
await fundWithCoins([treasury])

/** Sends gas to each address, then the token from it. */
async function topUp(): Promise<readonly [string, string]> {
  const accounts = newAccounts()
  const once = async (): Promise<bigint> => {
    await fund(accounts.map((one) => one.address))
    let gas = 0n
    for (const account of accounts) {
      const value = parseEther('0.01')
      gas += (await gasOf(await payer.sendTransaction({ to: account.address, value }))) ?? 0n
      const args = [treasury, 1_000n]
      const hash = await walletOf(account).writeContract({
        ...token,
        functionName: 'transfer',
        args,
      })
      gas += (await gasOf(hash)) ?? 0n
    }
    return gas
  }
  return [each(await once()), each(await once())]
}

const gather = (asset: Address, wallets: readonly Address[]) =>
  call(sweeper, 'gather', [asset, treasury, wallets])

type Accounts = ReturnType<typeof newAccounts>

/** A batch in which every address authorizes a contract, or nobody any more. */
async function authorizing(
  accounts: Accounts,
  delegate: Address,
  data?: Readonly<{ asset: Address }>,
) {
  const authorizationList = await Promise.all(
    accounts.map(async (account) => {
      const nonce = await client.getTransactionCount({ address: account.address })
      return account.signAuthorization({ address: delegate, chainId: local.id, nonce })
    }),
  )
  if (data === undefined) {
    return gasOf(await payer.sendTransaction({ to: operator.address, authorizationList }))
  }
  const args = [data.asset, treasury, accounts.map((one) => one.address)]
  const hash = await payer.writeContract({
    ...sweeper,
    functionName: 'gather',
    args,
    authorizationList,
  })
  return gasOf(hash)
}

/** First sweep, later sweep, and taking the authorizations back. */
async function delegated(asset: Address): Promise<readonly [string, string, string]> {
  const accounts = newAccounts()
  const addresses = accounts.map((one) => one.address)
  const refill = asset === COIN ? fundWithCoins : fund
  await refill(addresses)
  const first = await authorizing(accounts, sweeper.address, { asset })
  await refill(addresses)
  const later = await gather(asset, addresses)
  return [each(first), each(later), each(await authorizing(accounts, COIN))]
}

let salts = 0n

async function forwarders(asset: Address): Promise<readonly [string, string]> {
  const batch = Array.from({ length: BATCH }, () => toHex((salts += 1n), { size: 32 }))
  const addresses: Address[] = []
  for (const salt of batch) {
    const read = { ...factory, functionName: 'addressOf', args: [salt] }
    addresses.push(getAddress(String(await client.readContract(read))))
  }
  const refill = asset === COIN ? fundWithCoins : fund
  await refill(addresses)
  const first = await call(factory, 'gather', [asset, batch])
  await refill(addresses)
  return [each(first), each(await call(factory, 'gather', [asset, batch]))]
}

/** What a payment of coins costs whoever pays, and whether the usual 21,000 are enough for it. */
async function receiving(to: Address): Promise<readonly [string, string]> {
  const free = await gasOf(await payer.sendTransaction({ to, value: 1n, gas: 100_000n }))
  const fixed = await gasOf(await payer.sendTransaction({ to, value: 1n, gas: PLAIN_GAS })).catch(
    () => undefined,
  )
  return [`${free}`, fixed === undefined ? 'fails' : 'arrives']
}

async function oneDelegated(): Promise<Address> {
  const accounts = newAccounts()
  await authorizing(accounts, sweeper.address)
  return accounts[0]?.address ?? COIN
}

async function oneForwarder(): Promise<Address> {
  const salt = toHex((salts += 1n), { size: 32 })
  await call(factory, 'gather', [token.address, [salt]])
  const read = { ...factory, functionName: 'addressOf', args: [salt] }
  return getAddress(String(await client.readContract(read)))
}

const [tokenFirst, tokenLater, takenBack] = await delegated(token.address)
const [coinFirst, coinLater] = await delegated(COIN)
const sweeps = [
  ['token: gas sent first, then a transfer', ...(await topUp())],
  ['token: EIP-7702 batch', tokenFirst, tokenLater],
  ['token: CREATE2 forwarders', ...(await forwarders(token.address))],
  ['coins: a payment by the key', `${PLAIN_GAS}`, `${PLAIN_GAS}`],
  ['coins: EIP-7702 batch', coinFirst, coinLater],
  ['coins: CREATE2 forwarders', ...(await forwarders(COIN))],
  ['taking an authorization back', takenBack, takenBack],
]
console.log(`Gas for each address in a batch of ${BATCH}:\n`)
console.log(table(['way', 'first', 'later'], sweeps))
const plain = privateKeyToAccount(generatePrivateKey()).address
const receivers = [
  ['address of a key', ...(await receiving(plain))],
  ['the same, authorized', ...(await receiving(await oneDelegated()))],
  ['forwarder', ...(await receiving(await oneForwarder()))],
]
console.log('\nWhat it costs a payer to send coins there:\n')
console.log(table(['to', 'gas', 'with a limit of 21000'], receivers))
