/** The programs that plain payments call, by their addresses. */
export const programs = {
  system: '11111111111111111111111111111111',
  computeBudget: 'ComputeBudget111111111111111111111111111111',
  token: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  /** The newer token program: its tokens are seen, and not sent. */
  token2022: 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
  associatedToken: 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL',
} as const

/** What each signature costs, in lamports. */
export const LAMPORTS_PER_SIGNATURE = 5_000n

/**
 * The most that opening a token account takes from its payer, in lamports: the deposit for its 165
 * bytes. It comes back to the owner when the account is closed.
 */
export const TOKEN_ACCOUNT_RENT_MAX = 2_039_280n

/** How many bytes a token account has. */
export const TOKEN_ACCOUNT_BYTES = 165

/** The most compute units that any transaction may ask for; what counts when it asks for none. */
export const COMPUTE_UNITS_MAX = 1_400_000

/** The most bytes that a transaction has with its signatures, so that it fits a packet. */
export const TRANSACTION_BYTES_MAX = 1_232

/** Lamports, and units of tokens, have 64 bits. */
export const U64_MAX = 2n ** 64n - 1n

/**
 * Compute units that the steps of a payment take, with room to spare; what a token account takes
 * beside it depends on how long its address has to be looked for.
 */
export const computeUnits = {
  budget: 150,
  coins: 150,
  tokens: 8_000,
  openAccount: 36_000,
  openAccountPerTry: 3_000,
} as const

/**
 * What is paid per compute unit, in millionths of a lamport: the given part of what others paid of
 * late who used the same accounts, and no less than `least`.
 */
export const unitPrices = {
  slow: { part: 0.25, least: 1_000n },
  normal: { part: 0.5, least: 20_000n },
  fast: { part: 0.9, least: 200_000n },
} as const
