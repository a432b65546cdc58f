import type { Signer } from '../src/custody/signer.client.ts'

const unplanned = () => Promise.reject(new Error('nobody asks this signer for that'))

/** What a signer does besides deriving account keys, for tests in which nobody asks for it. */
export const asksNoMore: Pick<Signer, 'addresses' | 'sign' | 'signed'> = {
  addresses: unplanned,
  sign: unplanned,
  signed: unplanned,
}
