import {
  address,
  blockhash,
  appendTransactionMessageInstructions,
  createTransactionMessage,
  generateKeyPairSigner,
  getTransactionEncoder,
  lamports,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
  type Address,
  type EncodedAccount,
  type Instruction,
  type KeyPairSigner,
} from '@solana/kit'
import { getCreateAccountInstruction, getTransferSolInstruction } from '@solana-program/system'
import {
  AccountState,
  findAssociatedTokenPda,
  getCloseAccountInstruction,
  getCreateAssociatedTokenIdempotentInstructionAsync,
  getInitializeAccount3Instruction,
  getMintEncoder,
  getTokenEncoder,
  getTransferCheckedInstruction,
  TOKEN_PROGRAM_ADDRESS,
} from '@solana-program/token'
import type { Ledger } from './ledger.ts'
import { readSent } from './sent.ts'

/** Coins (without a mint) or tokens for somebody. */
export type Gift = Readonly<{ to: string; mint?: string; units: bigint }>

/** How coins are given: by a transfer, or by closing an account that holds them. */
export type Way = 'transfer' | 'closing'

const NATIVE_MINT = address('So11111111111111111111111111111111111111112')
const TOKEN_BYTES = 165
const DECIMALS = 6
const PLENTY = lamports(10n ** 18n * 4n)

/** Makes a token out of nothing. @returns its mint */
export async function makeMint({ runtime }: Ledger): Promise<string> {
  const { address: mint } = await generateKeyPairSigner()
  const data = getMintEncoder().encode({
    mintAuthority: null,
    supply: 2n ** 63n,
    decimals: DECIMALS,
    isInitialized: true,
    freezeAuthority: null,
  })
  runtime.set([accountOf(mint, Uint8Array.from(data), TOKEN_PROGRAM_ADDRESS)])
  return mint
}

/**
 * Sends one transaction that pays all of these, from a payer of its own who has what it takes from
 * nowhere. It waits until a block is made. An owner's second gift of one token goes to another
 * account of his than the usual one.
 *
 * @returns its signature
 */
export async function pay(
  ledger: Ledger,
  gifts: readonly Gift[],
  way: Way = 'transfer',
): Promise<string> {
  const payer = await generateKeyPairSigner()
  ledger.runtime.set([{ ...accountOf(payer.address, new Uint8Array()), lamports: PLENTY }])
  const paid = new Set<string>()
  const instructions: Instruction[] = []
  for (const gift of gifts) {
    const key = `${gift.to} ${gift.mint}`
    instructions.push(...(await giftOf({ ledger, payer, isSecond: paid.has(key), way }, gift)))
    paid.add(key)
  }
  const { hash } = ledger.tip('finalized')
  const lifetime = { blockhash: blockhash(hash), lastValidBlockHeight: 0n }
  const empty = createTransactionMessage({ version: 0 })
  const message = appendTransactionMessageInstructions(
    instructions,
    setTransactionMessageLifetimeUsingBlockhash(
      lifetime,
      setTransactionMessageFeePayerSigner(payer, empty),
    ),
  )
  const signed = await signTransactionMessageWithSigners(message)
  const sent = readSent(Uint8Array.from(getTransactionEncoder().encode(signed)))
  ledger.submit(sent)
  return sent.signature
}

type Giving = Readonly<{ ledger: Ledger; payer: KeyPairSigner; isSecond: boolean; way: Way }>

async function giftOf(giving: Giving, gift: Gift): Promise<readonly Instruction[]> {
  const { payer, isSecond, way } = giving
  const to = address(gift.to)
  if (gift.mint !== undefined) {
    return tokensTo(giving, { to, mint: address(gift.mint), units: gift.units, isSecond })
  }
  if (way === 'closing') return closingInto(giving, to, gift.units)
  return [getTransferSolInstruction({ source: payer, destination: to, amount: gift.units })]
}

type Tokens = Readonly<{ to: Address; mint: Address; units: bigint; isSecond: boolean }>

async function tokensTo(giving: Giving, { to, mint, units, isSecond }: Tokens) {
  const { ledger, payer } = giving
  const source = await usualAccount(payer.address, mint)
  endow(ledger, { source, owner: payer.address, mint })
  const open = isSecond
    ? await anotherAccount(giving, to, mint)
    : {
        account: await usualAccount(to, mint),
        instructions: [
          await getCreateAssociatedTokenIdempotentInstructionAsync({ payer, owner: to, mint }),
        ],
      }
  const move = { source, mint, destination: open.account, authority: payer }
  const transfer = getTransferCheckedInstruction({ ...move, amount: units, decimals: DECIMALS })
  return [...open.instructions, transfer]
}

async function anotherAccount({ ledger, payer }: Giving, owner: Address, mint: Address) {
  const account = await generateKeyPairSigner()
  const create = getCreateAccountInstruction({
    payer,
    newAccount: account,
    lamports: lamports(ledger.runtime.rentOf(BigInt(TOKEN_BYTES))),
    space: TOKEN_BYTES,
    programAddress: TOKEN_PROGRAM_ADDRESS,
  })
  const begin = getInitializeAccount3Instruction({ account: account.address, mint, owner })
  return { account: account.address, instructions: [create, begin] }
}

/** Coins that no transfer moves: an account of wrapped coins is closed into the address. */
async function closingInto({ payer }: Giving, to: Address, units: bigint) {
  const account = await generateKeyPairSigner()
  const begin = { account: account.address, mint: NATIVE_MINT, owner: payer.address }
  return [
    getCreateAccountInstruction({
      payer,
      newAccount: account,
      lamports: lamports(units),
      space: TOKEN_BYTES,
      programAddress: TOKEN_PROGRAM_ADDRESS,
    }),
    getInitializeAccount3Instruction(begin),
    getCloseAccountInstruction({ account: account.address, destination: to, owner: payer }),
  ]
}

async function usualAccount(owner: Address, mint: Address): Promise<Address> {
  const [found] = await findAssociatedTokenPda({ owner, mint, tokenProgram: TOKEN_PROGRAM_ADDRESS })
  return found
}

function endow(
  { runtime }: Ledger,
  { source, owner, mint }: Readonly<{ source: Address; owner: Address; mint: Address }>,
): void {
  const data = getTokenEncoder().encode({
    mint,
    owner,
    amount: 10n ** 19n,
    delegate: null,
    state: AccountState.Initialized,
    isNative: null,
    delegatedAmount: 0n,
    closeAuthority: null,
  })
  runtime.set([accountOf(source, Uint8Array.from(data), TOKEN_PROGRAM_ADDRESS)])
}

const accountOf = (
  of: Address,
  data: Uint8Array,
  programAddress: Address = address('11111111111111111111111111111111'),
): EncodedAccount => ({
  address: of,
  data,
  executable: false,
  lamports: lamports(10n ** 9n),
  programAddress,
  space: BigInt(data.length),
})
