import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verdictOf, type Verdict } from './refusals.ts'

/** What nodes say, word for word, and what it means; nothing expires here. */
const SAID: Readonly<Record<Exclude<Verdict, 'expired'>, readonly string[]>> = {
  known: [
    'already known',
    'transaction already imported',
    'ALREADY_EXISTS: already known',
    'Known transaction',
    'AlreadyKnown',
    'tx already in mempool',
  ],
  number_used: [
    'nonce too low',
    'nonce too low: next nonce 5, tx nonce 3',
    'Nonce too low',
    'OldNonce, Current nonce: 5, nonce of rejected tx: 3.',
  ],
  slot_taken: [
    'replacement transaction underpriced',
    'Replacement transaction underpriced',
    'ReplacementNotAllowed',
    'could not replace existing tx',
    'INTERNAL_ERROR: could not replace existing tx',
  ],
  insufficient_funds: [
    'insufficient funds for gas * price + value',
    'Insufficient funds for gas * price + value',
    'insufficient funds for gas * price + value: balance 1, tx cost 2, overshot 1',
    'Upfront cost exceeds account balance',
    'InsufficientFunds, Account balance: 0, cumulative cost: 42000',
    'insufficient funds for transfer',
  ],
  underpriced: [
    'transaction underpriced',
    'transaction underpriced: gas tip cap 1, minimum needed 25000000000',
    'max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 2',
    'FeeTooLow, MaxFeePerGas too low.',
    'Gas price below configured minimum gas price',
    'fee too low',
    'gas price too low',
  ],
  invalid: [
    'intrinsic gas too low',
    'intrinsic gas too low: gas 20000, minimum needed 21000',
    'exceeds block gas limit',
    'Transaction gas limit exceeds block gas limit',
    'max priority fee per gas higher than max fee per gas',
    'oversized data',
    'invalid sender',
    'invalid chain id for signer: have 1 want 56',
    'only replay-protected (EIP-155) transactions allowed over RPC',
    'rlp: element is larger than containing list',
    'transaction type not supported',
    'typed transaction too short',
    'SenderIsContract',
    'sender not an eoa: address 0x1, len(code): 5',
  ],
  unclear: [
    '',
    'internal error',
    'rate limit exceeded',
    'project exceeds rate limit',
    'daily request count exceeded, request rate limited',
    'the method eth_sendRawTransaction does not exist/is not available',
    'txpool is full',
    'transaction pool not accepting transactions',
    'header not found',
    'error decoding upstream response',
    'unknown transaction',
  ],
}

/** Seen to fail where an unknown word was an invalid transaction, which may be on its way. */
test('a node’s refusal of a transaction is read by what it means, whoever wrote the node', () => {
  for (const [verdict, messages] of Object.entries(SAID)) {
    for (const message of messages) assert.equal(verdictOf(message), verdict, message)
  }
})
