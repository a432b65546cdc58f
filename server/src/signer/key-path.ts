/** First number of hardened steps. */
export const HARDENED = 2 ** 31

const STEPS_MAX = 10
const STEP = /^(0|[1-9]\d{0,9})(['hH]?)$/

/**
 * The steps of a BIP-32 path such as `m/84'/0'/0'/0/5`; `'`, `h` and `H` mark a hardened one, which
 * counts from `HARDENED` on.
 *
 * @returns absent where the text is no such path, or has more than 10 steps or none
 */
export function readSteps(path: string): readonly number[] | undefined {
  const [root, ...texts] = path.split('/')
  if (root !== 'm' || texts.length === 0 || texts.length > STEPS_MAX) return undefined
  const steps = texts.map(readStep)
  const known = steps.filter((step) => step !== undefined)
  return known.length === steps.length ? known : undefined
}

function readStep(text: string): number | undefined {
  const [, digits, mark] = STEP.exec(text) ?? []
  if (digits === undefined) return undefined
  const number = Number(digits)
  if (number >= HARDENED) return undefined
  return mark === '' ? number : number + HARDENED
}

/** A step without its mark: 84 for `84` and for `84'`. */
export const numberOf = (step: number | undefined): number | undefined =>
  step === undefined ? undefined : step % HARDENED

/** Whether a step is hardened. */
export const isHardened = (step: number): boolean => step >= HARDENED
