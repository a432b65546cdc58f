/** This package's version, as its package.json says. */
export const VERSION = '2.0.0'
