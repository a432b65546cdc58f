declare const brand: unique symbol

/** A type that only its parser or maker can give out: an `AssetId` is not just any string. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name }

/** Integer base units of some asset (sat, wei, cent). Signed where a difference is meant. */
export type Units = Brand<bigint, 'Units'>

/** CAIP-19 asset id, such as `eip155:56/erc20:0x55d398326f99059ff775485246999027b3197955`. */
export type AssetId = Brand<string, 'AssetId'>

/** CAIP-2 chain id, such as `eip155:56`. */
export type ChainId = Brand<string, 'ChainId'>

/** An amount of one asset: units alone never travel far. */
export type Money = Readonly<{ asset: AssetId; units: Units }>

/** Marks a whole number of base units. */
export function units(value: bigint): Units {
  return value as Units
}
