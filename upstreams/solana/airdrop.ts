import { generateKeyPairSync, sign } from 'node:crypto'
import {
  address,
  appendTransactionMessageInstruction,
  blockhash,
  compileTransaction,
  createNoopSigner,
  createTransactionMessage,
  getBase58Decoder,
  lamports,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
} from '@solana/kit'
import { getTransferSolInstruction } from '@solana-program/system'
import type { Ledger } from './ledger.ts'
import { readSent } from './sent.ts'

const SYSTEM = address('11111111111111111111111111111111')
const PLENTY = lamports(10n ** 18n * 4n)
const KEY_BYTES = 32

/** Pays an address from a payer of its own, in a transaction that waits. @returns its signature */
export function airdrop(ledger: Ledger, to: string, units: bigint): string {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES)
  const payer = address(getBase58Decoder().decode(key))
  const data = new Uint8Array()
  const account = { address: payer, data, executable: false, programAddress: SYSTEM, space: 0n }
  ledger.runtime.set([{ ...account, lamports: PLENTY }])
  const source = createNoopSigner(payer)
  const transfer = getTransferSolInstruction({ source, destination: address(to), amount: units })
  const lifetime = {
    blockhash: blockhash(ledger.tip('finalized').hash),
    lastValidBlockHeight: 0n,
  }
  const empty = setTransactionMessageFeePayer(payer, createTransactionMessage({ version: 0 }))
  const message = setTransactionMessageLifetimeUsingBlockhash(lifetime, empty)
  const { messageBytes } = compileTransaction(
    appendTransactionMessageInstruction(transfer, message),
  )
  const body = Uint8Array.from(messageBytes)
  const sent = readSent(Uint8Array.from([1, ...sign(null, body, privateKey), ...body]))
  ledger.submit(sent)
  return sent.signature
}
