// Active codes of ISO 4217 that people are paid in, by the digits of their minor unit. Left out:
// funds codes, metals, testing codes, units of account (BOV CHE CHW CLF COU MXV USN UYI UYW XDR …).
const byDigits: readonly (readonly [digits: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'],
  [
    2,
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN ' +
      'BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP ' +
      'GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD ' +
      'KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN ' +
      'NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG ' +
      'SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH ' +
      'USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG',
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
]

const digitsByCode = new Map<string, number>(
  byDigits.flatMap(([digits, codes]) => codes.split(' ').map((code) => [code, digits] as const)),
)

/** Every fiat currency that is known, as its ISO 4217 code. */
export const fiatCodes: readonly string[] = [...digitsByCode.keys()].sort()

/** Whether a text is an ISO 4217 code of a currency in use; read without case. */
export const isFiat = (code: string): boolean => fiatDigits(code) !== undefined

/** Digits of the minor unit, 2 for USD, 0 for JPY; undefined when it is no fiat currency. */
export const fiatDigits = (code: string): number | undefined =>
  /^[A-Za-z]{3}$/.test(code) ? digitsByCode.get(code.toUpperCase()) : undefined
