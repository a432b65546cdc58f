import { AppError } from '../../errors/app-error.ts'
import { compareDecimals, formatDecimal, parseDecimal, type Decimal } from '../../money/decimal.ts'
import { isRow, rowOf, type FileRow, type PayoutFile, type RowFault } from './file-row.ts'
import { childrenOf, elementAt, readXml, textAt, type XmlElement } from './xml.ts'

const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:'

/** The versions that are read. */
const VERSIONS = ['pain.001.001.03', 'pain.001.001.09'] as const

/** What writers put where they have no reference of their own. */
const NOT_PROVIDED = 'NOTPROVIDED'

/**
 * Reads payouts from a customer credit transfer initiation of ISO 20022. Of each transaction
 * `PmtId/EndToEndId` is the external id, `Amt/InstdAmt` amount and currency,
 * `CdtrAcct/Id/Othr/Id` the address and `SchmeNm/Prtry` its network, `Cdtr/Id/…/Othr/Id` the
 * customer, and `RmtInf/Ustrd` the reference. Counts and control sums are held against what is
 * there, exactly.
 *
 * @throws payouts.file_not_readable when it is no such message, or says other than it holds
 * @see https://www.iso20022.org/iso-20022-message-definitions (pain.001, read 2026-11-20)
 */
export function readPain001(text: string): PayoutFile {
  const allowed = VERSIONS.map((version) => `${NAMESPACE}${version}`)
  const { root, namespace } = readXml(text, allowed)
  const format = VERSIONS.find((version) => namespace === `${NAMESPACE}${version}`)
  const message = elementAt(root, 'CstmrCdtTrfInitn')
  if (root.name !== 'Document' || message === undefined || format === undefined) {
    throw unreadable(root, 'it is no customer credit transfer initiation')
  }
  const header = elementAt(message, 'GrpHdr')
  if (header === undefined) throw unreadable(message, 'it has no group header')
  const groups = childrenOf(message, 'PmtInf')
  for (const group of groups) checkGroup(group)
  const transfers = groups.flatMap((group) => childrenOf(group, 'CdtTrfTxInf'))
  checkTotals(header, transfers, 'needed')
  const rows: FileRow[] = []
  const faults: RowFault[] = []
  for (const transfer of transfers) {
    const row = readTransfer(transfer)
    if (isRow(row)) rows.push(row)
    else faults.push(row)
  }
  const dates = groups.map(dateOf).filter((date) => date !== '')
  return { format, rows, faults, executeOn: dates.sort().at(-1) }
}

function checkGroup(group: XmlElement): void {
  const method = textAt(group, 'PmtMtd')
  if (method !== 'TRF') throw unreadable(group, `the payment method is "${method}" and not TRF`)
  if (isChargedToDebtor(group)) throw unreadable(group, CHARGES_PROBLEM)
  checkTotals(group, childrenOf(group, 'CdtTrfTxInf'), 'optional')
}

const CHARGES_PROBLEM = 'charges are borne by the debtor (DEBT), and here amounts bear them'

/** It may stand at a group and at each of its transfers. */
const isChargedToDebtor = (element: XmlElement): boolean => textAt(element, 'ChrgBr') === 'DEBT'

/** The date on which a group asks to be paid: bare up to version 8, a choice from 9 on. */
function dateOf(group: XmlElement): string {
  const asked = elementAt(group, 'ReqdExctnDt')
  if (asked === undefined) return ''
  const text = asked.text || textAt(asked, 'Dt') || textAt(asked, 'DtTm').slice(0, 10)
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text
  throw unreadable(asked, `"${text}" is no date`)
}

function checkTotals(
  head: XmlElement,
  transfers: readonly XmlElement[],
  count: 'needed' | 'optional',
): void {
  const told = textAt(head, 'NbOfTxs')
  const isTold = told !== '' || count === 'needed'
  if (isTold && !(/^\d{1,15}$/.test(told) && BigInt(told) === BigInt(transfers.length))) {
    const problem = `NbOfTxs says "${told}" where ${transfers.length} transactions stand`
    throw unreadable(head, problem)
  }
  const control = textAt(head, 'CtrlSum')
  if (control === '') return
  const amounts = transfers.map((one) => decimalOf(textAt(one, 'Amt/InstdAmt')))
  // An amount that cannot be read is named with its row, and nothing of the file is paid.
  if (amounts.includes(undefined)) return
  const sum = amounts.reduce<Decimal>((total, one) => add(total, one ?? ZERO), ZERO)
  const wanted = decimalOf(control)
  if (wanted !== undefined && compareDecimals(wanted, sum) === 0) return
  const problem = `CtrlSum says "${control}" where the amounts sum to ${formatDecimal(sum)}`
  throw unreadable(head, problem)
}

const ZERO: Decimal = { mantissa: 0n, scale: 0 }

function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  const raised = (one: Decimal): bigint => one.mantissa * 10n ** BigInt(scale - one.scale)
  return { mantissa: raised(a) + raised(b), scale }
}

function decimalOf(text: string): Decimal | undefined {
  try {
    return parseDecimal(text)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

function readTransfer(transfer: XmlElement): FileRow | RowFault {
  const { line } = transfer
  if (isChargedToDebtor(transfer)) return { line, problem: CHARGES_PROBLEM }
  if (elementAt(transfer, 'Amt/EqvtAmt') !== undefined) {
    return { line, problem: 'it asks for an equivalent amount: name the amount itself' }
  }
  if (elementAt(transfer, 'CdtrAcct/Id/IBAN') !== undefined) {
    return { line, problem: 'its creditor account is an IBAN and no address on a chain' }
  }
  const amount = elementAt(transfer, 'Amt/InstdAmt')
  const account = elementAt(transfer, 'CdtrAcct/Id/Othr')
  const endToEndId = textAt(transfer, 'PmtId/EndToEndId')
  const reference = elementAt(transfer, 'RmtInf')
  return rowOf({
    line,
    amount: amount?.text ?? '',
    currency: amount?.attributes.get('Ccy') ?? '',
    network: account === undefined ? '' : textAt(account, 'SchmeNm/Prtry'),
    address: account === undefined ? '' : textAt(account, 'Id'),
    externalId: endToEndId === NOT_PROVIDED ? '' : endToEndId,
    customerId: customerOf(transfer),
    reference: reference === undefined ? '' : linesOf(reference),
  })
}

const customerOf = (transfer: XmlElement): string =>
  textAt(transfer, 'Cdtr/Id/PrvtId/Othr/Id') || textAt(transfer, 'Cdtr/Id/OrgId/Othr/Id')

const linesOf = (reference: XmlElement): string =>
  childrenOf(reference, 'Ustrd')
    .map((one) => one.text)
    .join(' ')

const unreadable = ({ line, name }: XmlElement, problem: string): AppError =>
  new AppError('payouts.file_not_readable', { problem: `line ${line}, <${name}>: ${problem}` })
