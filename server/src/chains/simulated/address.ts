import type { AddressCheck } from '../contract.ts'
import { addressForms } from './address-forms.ts'

/** A family of chains that share one way to write addresses. */
export type Family = keyof typeof addressForms

/** The address of a compressed secp256k1 key (33 bytes) in the form of a family. */
export function addressOf(family: Family, publicKey: Uint8Array): string {
  const form = addressForms[family]
  return form.write(form.payloadOf(publicKey))
}

/** An address that no key of ours controls, from 32 bytes of chance. */
export const addressFromBytes = (family: Family, bytes: Uint8Array): string =>
  addressForms[family].write(bytes)

/** Reads an address of a family; the refusal names what is wrong, or whose address it is. */
export const checkAddress = (family: Family, text: string): AddressCheck =>
  addressForms[family].check(text)
