import {
  addressFromVersionHash,
  addressToString,
  AddressVersion,
  deserializeTransaction,
  type ClarityValue,
  type StacksTransactionWire,
} from '@stacks/transactions'

/** STX that one transaction moves when it succeeds. */
export type StxMove = Readonly<{ to: string; amount: bigint }>

/** A transaction as the stand-in holds it: what the wallets' library reads from its bytes. */
export type StandInTx = Readonly<{
  txId: string
  bytes: number
  sender: string
  nonce: bigint
  fee: bigint
  type: 'token_transfer' | 'contract_call'
  moves: readonly StxMove[]
}>

/** Why a transaction is refused: the words of a stacks-node. */
export type Reason =
  | 'Deserialization'
  | 'SignatureValidation'
  | 'BadTransactionVersion'
  | 'BadNonce'
  | 'ConflictingNonceInMempool'
  | 'TooMuchChaining'
  | 'NotEnoughFunds'
  | 'FeeTooLow'
  | 'TransferRecipientIsSender'
  | 'TransferAmountMustBePositive'
  | 'NoSuchContract'

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** Reads bytes, and verifies them unless nobody has signed them yet. */
export function readTx(bytes: Uint8Array, { signed } = { signed: true }): StandInTx | Reason {
  const wire = parse(bytes)
  if (wire === undefined) return 'Deserialization'
  if (wire.transactionVersion !== 0 || wire.chainId !== 1) return 'BadTransactionVersion'
  const { spendingCondition: condition, authType } = wire.auth
  if (authType !== 4 || !('signature' in condition)) return 'SignatureValidation'
  if (signed && !verifies(wire, condition.signature.data)) return 'SignatureValidation'
  const version = AddressVersion.MainnetSingleSig
  const sender = addressToString(addressFromVersionHash(version, condition.signer))
  const payload = payloadOf(wire)
  if (typeof payload === 'string') return payload
  const { nonce, fee } = condition
  const txId = `0x${wire.txid()}`
  return { txId, bytes: bytes.length, sender, nonce: BigInt(nonce), fee: BigInt(fee), ...payload }
}

/** A node takes no byte more than a transaction has, and only its one encoding. */
function parse(bytes: Uint8Array): StacksTransactionWire | undefined {
  try {
    const wire = deserializeTransaction(bytes)
    return Buffer.from(wire.serializeBytes()).equals(bytes) ? wire : undefined
  } catch {
    return undefined
  }
}

function verifies(wire: StacksTransactionWire, signature: string): boolean {
  if (BigInt(`0x${signature.slice(66)}`) > CURVE_ORDER / 2n) return false
  try {
    wire.verifyOrigin()
    return true
  } catch {
    return false
  }
}

type Payload = Pick<StandInTx, 'type' | 'moves'>

function payloadOf({ payload }: StacksTransactionWire): Payload | Reason {
  if ('recipient' in payload && 'amount' in payload) {
    const to = principalText(payload.recipient)
    return to === undefined
      ? 'Deserialization'
      : { type: 'token_transfer', moves: [{ to, amount: BigInt(payload.amount) }] }
  }
  const isSendMany = 'functionName' in payload && payload.functionName.content === 'send-many'
  const moves = isSendMany ? sendManyMoves(payload.functionArgs) : undefined
  return moves === undefined ? 'NoSuchContract' : { type: 'contract_call', moves }
}

/** The one contract that is there: pays each of a list of `{ to, ustx }`. */
function sendManyMoves([list]: readonly ClarityValue[]): readonly StxMove[] | undefined {
  if (list?.type !== 'list') return undefined
  const moves = list.value.flatMap((item) => {
    if (item.type !== 'tuple') return []
    const { to, ustx } = item.value
    const isPayment = to?.type === 'address' && ustx?.type === 'uint'
    return isPayment ? [{ to: to.value, amount: BigInt(ustx.value) }] : []
  })
  return moves.length === list.value.length ? moves : undefined
}

const principalText = (principal: ClarityValue): string | undefined =>
  principal.type === 'address' ? principal.value : undefined
