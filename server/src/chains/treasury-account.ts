/**
 * The treasury's keys of book account `n` lie under account `n + 2^30`: a leaked key of a deposit
 * address together with its account's public key gives away that account, and never the treasury.
 */
export const TREASURY = 2 ** 30
