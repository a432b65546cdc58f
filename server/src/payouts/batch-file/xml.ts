import { SaxesParser } from 'saxes'
import { AppError } from '../../errors/app-error.ts'

/** An element of an XML document. */
export type XmlElement = Readonly<{
  /** Its name without prefix. */
  name: string
  /** The line on which its tag ends, from 1. */
  line: number
  attributes: ReadonlyMap<string, string>
  children: readonly XmlElement[]
  /** The text directly in it, without spaces around it. */
  text: string
}>

/** Deeper than any message of ISO 20022. */
const DEPTH_MAX = 40

type Open = {
  readonly name: string
  readonly line: number
  readonly attributes: ReadonlyMap<string, string>
  readonly children: XmlElement[]
  text: string
}

/**
 * Reads an XML document of one namespace. Documents that declare anything of their own (a DOCTYPE,
 * and with it entities) are refused, so that nothing is expanded and nothing is fetched.
 *
 * @param namespaces those that its elements may be in; all of them are in the same one
 * @throws payouts.file_not_readable
 */
export function readXml(
  text: string,
  namespaces: readonly string[],
): Readonly<{ root: XmlElement; namespace: string }> {
  const parser = new SaxesParser({ xmlns: true })
  const refuse = (problem: string): AppError =>
    new AppError('payouts.file_not_readable', { problem: `line ${parser.line}: ${problem}` })
  const open: Open[] = []
  let root: XmlElement | undefined
  let namespace: string | undefined
  parser.on('error', (error) => {
    throw refuse(`it is not well-formed XML (${error.message})`)
  })
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding === undefined || /^utf-8$/i.test(encoding)) return
    throw refuse(`it says that it is written in ${encoding}: save it as UTF-8`)
  })
  parser.on('doctype', () => {
    throw refuse('it has a DOCTYPE, which payment files do not have')
  })
  parser.on('opentag', ({ local, uri, attributes }) => {
    namespace ??= uri
    if (!namespaces.includes(uri)) throw refuse(`<${local}> is in the namespace "${uri}"`)
    if (uri !== namespace) throw refuse(`<${local}> is in another namespace than the document`)
    if (open.length >= DEPTH_MAX) throw refuse(`it is more than ${DEPTH_MAX} elements deep`)
    const given = Object.values(attributes).map(({ local: name, value }) => [name, value] as const)
    const { line } = parser
    open.push({ name: local, line, attributes: new Map(given), children: [], text: '' })
  })
  const addText = (more: string): void => {
    const inner = open.at(-1)
    if (inner !== undefined) inner.text += more
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    const closed = open.pop()
    if (closed === undefined) return
    const element = { ...closed, text: closed.text.trim() }
    const outer = open.at(-1)
    if (outer === undefined) root = element
    else outer.children.push(element)
  })
  parser.write(text).close()
  if (root === undefined || namespace === undefined) throw refuse('it has no element')
  return { root, namespace }
}

/** The children of an element with a name. */
export const childrenOf = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((one) => one.name === name)

/** The element at a path below another; absent where a step has none, or more than one. */
export function elementAt(element: XmlElement, path: string): XmlElement | undefined {
  let at: XmlElement | undefined = element
  for (const name of path.split('/')) {
    const found: readonly XmlElement[] = at === undefined ? [] : childrenOf(at, name)
    at = found.length === 1 ? found[0] : undefined
  }
  return at
}

/** The text of the element at a path; empty where there is none. */
export const textAt = (element: XmlElement, path: string): string =>
  elementAt(element, path)?.text ?? ''
