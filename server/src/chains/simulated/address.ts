import type { AddressCheck } from '../contract.ts'
import { addressForms, type AddressForm } from './address-forms.ts'

/** A family of chains that share one way to write addresses. */
export type Family = keyof typeof addressForms

const FAMILY_NAMES: Readonly<Record<Family, string>> = {
  eip155: 'an Ethereum-like chain',
  bip122: 'Bitcoin',
  tron: 'Tron',
  solana: 'Solana',
  stacks: 'Stacks',
  polkadot: 'Polkadot',
}

const families = Object.keys(addressForms).filter((key): key is Family => key in addressForms)

/** The address of a compressed secp256k1 key (33 bytes) in the form of a family. */
export function addressOf(family: Family, publicKey: Uint8Array): string {
  const form = addressForms[family]
  return form.write(form.payloadOf(publicKey))
}

/** An address that no key of ours controls, from 32 bytes of chance. */
export const addressFromBytes = (family: Family, bytes: Uint8Array): string =>
  addressForms[family].write(bytes)

/** Reads an address of a family; the refusal names what is wrong, or whose address it is. */
export function checkAddress(family: Family, text: string): AddressCheck {
  const form: AddressForm = addressForms[family]
  const address = form.read(text)
  if (address !== undefined) return { kind: 'valid', address }
  const own = form.diagnose?.(text)
  if (own !== undefined) return { kind: 'invalid', reason: own }
  const other = families.find((one) => addressForms[one].read(text) !== undefined)
  const reason =
    other === undefined
      ? `it is not written like one of ${FAMILY_NAMES[family]}`
      : `it is an address of ${FAMILY_NAMES[other]}, not of ${FAMILY_NAMES[family]}`
  return { kind: 'invalid', reason }
}
