/** What an event of some type looks like: the object it is about, and what it tells of it. */
export type Example = Readonly<{ objectId: string; object: object }>

/** Makes the example of a type from the last word of the type: `confirmed`. */
export type ExampleOf = (word: string) => Example

/** When what examples tell of began. */
export const BEGAN = '2026-02-25T12:00:00Z'

/** When it came to its end. */
export const ENDED = '2026-02-25T12:09:41Z'

/** The merchant's own words, which come back everywhere. */
export const METADATA = { order_id: 'ORD-500' }

/** The asset that most examples are about, as payments name it. */
export const USDT_BSC = {
  currency: 'USDT_BSC',
  network: 'BSC',
  asset: 'eip155:56/erc20:0x55d398326f99059fF775485246999027B3197955',
}

/** The same as everything else names it. */
export const USDT = { ...USDT_BSC, currency: 'USDT' }

/** A transaction's hash. */
export const HASH = '0x9b1d1f1ac4bd8d5c6a1a8f7d0c3ab41ef1b0c3e2b7f6a5948372615049e8d7c6'

/** An address that a payer was given. */
export const DEPOSIT_ADDRESS = '0x52908400098527886E0F7030069857D2E4169EE7'

/** An address of the organization. */
export const TREASURY = '0x8617E340B3D01FA5F11F306F4090FD50E238070D'

/** An address of somebody else. */
export const DESTINATION = '0xde709f2102306220921060314715629080e2fb77'
