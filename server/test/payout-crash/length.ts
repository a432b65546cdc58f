/**
 * Whether the long version was asked for (`COFFER_CRASH_TEST=long`): every step of every chain, and
 * many more rounds. The short one stops after each change on real chains, which leaves nothing out
 * that a kill could leave behind.
 */
export const isLong = process.env['COFFER_CRASH_TEST'] === 'long'
