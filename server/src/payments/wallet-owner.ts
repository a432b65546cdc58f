const PLAIN = /^[\w.:-]{1,100}$/

/**
 * The owner of a customer's wallet accounts in the ledger. Customer ids are the merchant's own and
 * may hold anything; where they do not fit a name of the ledger they are written in base64url.
 */
export const walletOwner = (customerId: string): string =>
  PLAIN.test(customerId)
    ? `customer:${customerId}`
    : `customer.b64:${Buffer.from(customerId).toString('base64url')}`
