import { mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { AppError } from '../errors/app-error.ts'

/** Longest text that is read as a phrase: 24 words of 8 letters have 215 characters. */
export const PHRASE_CHARACTERS_MAX = 1_000

const WORD_COUNTS: readonly number[] = [12, 15, 18, 21, 24]

/**
 * The entropy behind the English words of BIP-39. Case and the space between words do not matter.
 *
 * @returns 16 to 32 bytes; whoever gets them wipes them
 * @throws signer.phrase_invalid — it repeats nothing of the text
 */
export function readPhrase(text: string): Uint8Array {
  const words = text.normalize('NFKD').toLowerCase().split(/\s+/).filter(Boolean)
  if (text.length > PHRASE_CHARACTERS_MAX) throw refusal('it is far too long')
  if (!WORD_COUNTS.includes(words.length)) throw refusal(`it has ${words.length} words`)
  const place = words.findIndex((word) => !wordlist.includes(word)) + 1
  if (place > 0) throw refusal(`word ${place} is not in the list`)
  try {
    return mnemonicToEntropy(words.join(' '), wordlist)
  } catch {
    // The cause is left out: nobody promises that it does not quote the words.
    throw refusal('its checksum is wrong: a word is mistaken, or two have changed places')
  }
}

const refusal = (problem: string): AppError => new AppError('signer.phrase_invalid', { problem })
