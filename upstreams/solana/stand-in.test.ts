import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  address,
  appendTransactionMessageInstructions,
  createSolanaRpc,
  createTransactionMessage,
  generateKeyPairSigner,
  getBase64EncodedWireTransaction,
  getSignatureFromTransaction,
  lamports,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signature,
  signTransactionMessageWithSigners,
  type Base64EncodedWireTransaction,
  type Instruction,
  type KeyPairSigner,
} from '@solana/kit'
import { getTransferSolInstruction } from '@solana-program/system'
import {
  findAssociatedTokenPda,
  getCloseAccountInstruction,
  getTransferCheckedInstruction,
  TOKEN_PROGRAM_ADDRESS,
} from '@solana-program/token'
import { makeMint, pay } from './payer.ts'
import { startSolana, type StandIn } from './stand-in.ts'

// The stand-in is asked by the client that everybody uses, as it comes.

const clientOf = ({ url }: StandIn) => createSolanaRpc(url)
type Client = ReturnType<typeof clientOf>

type Prepared = Readonly<{ wire: Base64EncodedWireTransaction; name: string }>

async function signed(
  rpc: Client,
  payer: KeyPairSigner,
  instructions: readonly Instruction[],
): Promise<Prepared> {
  const { value: lifetime } = await rpc.getLatestBlockhash().send()
  const message = appendTransactionMessageInstructions(
    instructions,
    setTransactionMessageLifetimeUsingBlockhash(
      lifetime,
      setTransactionMessageFeePayerSigner(payer, createTransactionMessage({ version: 0 })),
    ),
  )
  const transaction = await signTransactionMessageWithSigners(message)
  const wire = getBase64EncodedWireTransaction(transaction)
  return { wire, name: getSignatureFromTransaction(transaction) }
}

const send = (rpc: Client, { wire }: Prepared) =>
  rpc.sendTransaction(wire, { encoding: 'base64', preflightCommitment: 'confirmed' }).send()

async function rich(rpc: Client, { ledger }: StandIn): Promise<KeyPairSigner> {
  const key = await generateKeyPairSigner()
  await rpc.requestAirdrop(key.address, lamports(10n ** 9n)).send()
  ledger.mine(1)
  return key
}

const coins = (source: KeyPairSigner, destination: KeyPairSigner, amount: bigint): Instruction =>
  getTransferSolInstruction({ source, destination: destination.address, amount })

test('a transfer is simulated, waits, is in a block with its balances, and is final in time', async () => {
  await using standIn = await startSolana()
  const rpc = clientOf(standIn)
  const [from, to] = [await rich(rpc, standIn), await generateKeyPairSigner()]
  const prepared = await signed(rpc, from, [coins(from, to, 5_000_000n)])
  assert.equal(await send(rpc, prepared), prepared.name)
  assert.equal(
    await rpc
      .getTransaction(signature(prepared.name), {
        encoding: 'json',
        maxSupportedTransactionVersion: 0,
      })
      .send(),
    null,
  )
  standIn.ledger.mine(1)
  const {
    value: [status],
  } = await rpc.getSignatureStatuses([signature(prepared.name)]).send()
  assert.equal(status?.confirmationStatus, 'confirmed')
  const block = await rpc
    .getBlock(status?.slot ?? 0n, {
      commitment: 'confirmed',
      encoding: 'json',
      maxSupportedTransactionVersion: 0,
      rewards: false,
    })
    .send()
  const [found] = block?.transactions ?? []
  assert.deepEqual(found?.transaction.signatures, [prepared.name])
  assert.deepEqual(found?.transaction.message.accountKeys.slice(0, 2), [from.address, to.address])
  assert.deepEqual(found?.meta?.preBalances.slice(0, 2), [10n ** 9n, 0n])
  assert.deepEqual(found?.meta?.postBalances.slice(0, 2), [10n ** 9n - 5_005_000n, 5_000_000n])
  standIn.ledger.mine(32)
  const { value } = await rpc.getBalance(to.address).send()
  assert.equal(value, 5_000_000n)
  const history = await rpc.getSignaturesForAddress(to.address).send()
  assert.deepEqual(
    history.map((one) => [one.signature, one.confirmationStatus]),
    [[prepared.name, 'finalized']],
  )
})

test('what the network would not take is refused with its codes', async () => {
  await using standIn = await startSolana()
  const rpc = clientOf(standIn)
  const [from, to] = [await rich(rpc, standIn), await generateKeyPairSigner()]
  const refusal = async (prepared: Prepared): Promise<string> => {
    const error: unknown = await send(rpc, prepared).then(
      () => 'taken',
      (one: unknown) => one,
    )
    return error instanceof Error ? `${error.message} ${String(error.cause)}` : String(error)
  }
  assert.match(
    await refusal(await signed(rpc, from, [coins(from, to, 1_000n)])),
    /insufficient funds for rent/i,
  )
  assert.match(
    await refusal(await signed(rpc, from, [coins(from, to, 10n ** 12n)])),
    /0x1|custom program error/i,
  )
  assert.match(
    await refusal(await signed(rpc, to, [coins(to, from, 10n ** 6n)])),
    /debit an account/i,
  )
  const fine = await signed(rpc, from, [coins(from, to, 10n ** 6n)])
  const wrong = Buffer.from(fine.wire, 'base64')
  wrong[5] = (wrong[5] ?? 0) ^ 1
  const forged = { ...fine, wire: wrong.toString('base64') as Base64EncodedWireTransaction }
  assert.match(await refusal(forged), /signature/i)
  await send(rpc, fine)
  standIn.ledger.mine(1)
  assert.match(await refusal(fine), /already been processed/i)
  const late = await signed(rpc, from, [coins(from, to, 2n * 10n ** 6n)])
  standIn.ledger.mine(151)
  assert.match(await refusal(late), /blockhash not found/i)
})

test('a transaction that fails in a block pays its fee and moves nothing', async () => {
  await using standIn = await startSolana()
  const rpc = clientOf(standIn)
  const [from, to] = [await rich(rpc, standIn), await generateKeyPairSigner()]
  const prepared = await signed(rpc, from, [coins(from, to, 10n ** 12n)])
  await rpc.sendTransaction(prepared.wire, { encoding: 'base64', skipPreflight: true }).send()
  standIn.ledger.mine(1)
  const found = await rpc
    .getTransaction(signature(prepared.name), {
      commitment: 'confirmed',
      encoding: 'json',
      maxSupportedTransactionVersion: 0,
    })
    .send()
  assert.deepEqual(found?.meta?.err, { InstructionError: [0n, { Custom: 1n }] })
  assert.equal(found.meta.fee, 5_000n)
  assert.equal((await rpc.getBalance(from.address).send()).value, 10n ** 9n - 5_000n)
})

test('tokens go to accounts of their owner, who gets the rent of a closed one back', async () => {
  await using standIn = await startSolana()
  const { ledger } = standIn
  const rpc = clientOf(standIn)
  const [owner, other] = [await rich(rpc, standIn), await generateKeyPairSigner()]
  const mint = address(await makeMint(ledger))
  const gift = { to: owner.address, mint, units: 700n }
  const name = await pay(ledger, [gift, gift, { ...gift, to: other.address }])
  ledger.mine(1)
  const found = await rpc
    .getTransaction(signature(name), {
      commitment: 'confirmed',
      encoding: 'json',
      maxSupportedTransactionVersion: 0,
    })
    .send()
  const after = found?.meta?.postTokenBalances?.filter((one) => one.owner === owner.address)
  assert.deepEqual(
    after?.map((one) => one.uiTokenAmount.amount),
    ['700', '700'],
  )
  const held = await rpc
    .getTokenAccountsByOwner(owner.address, { mint }, { encoding: 'base64' })
    .send()
  assert.equal(held.value.length, 2)
  const program = { tokenProgram: TOKEN_PROGRAM_ADDRESS, mint }
  const [source] = await findAssociatedTokenPda({ owner: owner.address, ...program })
  const [destination] = await findAssociatedTokenPda({ owner: other.address, ...program })
  const move = { source, mint, destination, authority: owner, amount: 700n, decimals: 6 }
  const close = { account: source, destination: owner.address, owner }
  const before = (await rpc.getBalance(owner.address).send()).value
  const instructions = [getTransferCheckedInstruction(move), getCloseAccountInstruction(close)]
  await send(rpc, await signed(rpc, owner, instructions))
  ledger.mine(1)
  const { value } = await rpc.getTokenAccountBalance(destination).send()
  assert.equal(value.amount, '1400')
  assert.equal((await rpc.getBalance(owner.address).send()).value, before - 5_000n + 2_039_280n)
})

test('a fork takes blocks and balances back, and skipped slots have no block', async () => {
  await using standIn = await startSolana()
  const { ledger } = standIn
  const rpc = clientOf(standIn)
  const to = await generateKeyPairSigner()
  const balance = async (): Promise<bigint> => (await rpc.getBalance(to.address).send()).value
  const name = await pay(ledger, [{ to: to.address, units: 10n ** 6n }])
  ledger.mine(1)
  ledger.skip(2)
  ledger.mine(1)
  const slot = await rpc.getSlot({ commitment: 'confirmed' }).send()
  const slots = await rpc.getBlocks(slot - 3n, slot, { commitment: 'confirmed' }).send()
  assert.deepEqual(slots, [slot - 3n, slot])
  const bare = { commitment: 'confirmed', transactionDetails: 'none', rewards: false } as const
  assert.equal((await rpc.getBlock(slot, bare).send())?.parentSlot, slot - 3n)
  await assert.rejects(rpc.getBlock(slot - 1n, bare).send(), /skipped/)
  await assert.rejects(rpc.getBlock(slot + 1n, bare).send(), /not available/i)
  assert.equal(await balance(), 10n ** 6n)
  ledger.reorg(2, [name])
  assert.equal(await balance(), 0n)
  assert.deepEqual((await rpc.getSignatureStatuses([signature(name)]).send()).value, [null])
  assert.throws(() => ledger.reorg(40, []))
})

test('the chain is played over HTTP too', async () => {
  await using standIn = await startSolana()
  const rpc = clientOf(standIn)
  const control = async (what: string, body: object) =>
    (
      await fetch(`${standIn.url}/_control/${what}`, { method: 'POST', body: JSON.stringify(body) })
    ).json()
  const to = await generateKeyPairSigner()
  const name = await rpc.requestAirdrop(to.address, lamports(10n ** 6n)).send()
  const before = await control('skip', { slots: 0 })
  assert.ok(typeof before === 'object' && before !== null && 'waiting' in before)
  assert.deepEqual(before.waiting, [name])
  await control('mine', { blocks: 2 })
  assert.equal((await rpc.getBalance(to.address).send()).value, 10n ** 6n)
  await control('reorg', { depth: 2, drop: [name] })
  assert.equal((await rpc.getBalance(to.address).send()).value, 0n)
  await control('halt', { halted: true })
  await assert.rejects(rpc.getSlot().send())
})
