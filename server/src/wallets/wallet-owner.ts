import { createHash } from 'node:crypto'

const PLAIN = /^[\w.:-]{1,100}$/

/**
 * The owner of a customer's wallet accounts in the ledger. Customer ids are the merchant's own and
 * may hold anything; those that do not fit a name of the ledger are told apart by their SHA-256.
 */
export const walletOwner = (customerId: string): string =>
  PLAIN.test(customerId)
    ? `customer:${customerId}`
    : `customer.sha256:${createHash('sha256').update(customerId).digest('hex')}`
