import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import ts from 'typescript'

const ROOT = join(import.meta.dirname, '../..')
const NEW = 'never_explained'

/** A union of states, how its declaration begins, and the file that explains each of them. */
type Union = Readonly<{ declaredIn: string; begins: string; explainedIn: string }>

const UNIONS: readonly Union[] = [
  {
    declaredIn: 'server/src/payments/payment.ts',
    begins: 'export type Status =',
    explainedIn: 'server/src/payments/explain.ts',
  },
  {
    declaredIn: 'server/src/payments/payment.ts',
    begins: 'export type PaymentException =',
    explainedIn: 'server/src/payments/explain.ts',
  },
  {
    declaredIn: 'server/src/payments/exception.ts',
    begins: 'export type ExceptionKind =',
    explainedIn: 'server/src/payments/explain-exception.ts',
  },
  {
    declaredIn: 'server/src/payments/refund.ts',
    begins: 'export type RefundState =',
    explainedIn: 'server/src/payments/explain-refund.ts',
  },
  {
    declaredIn: 'server/src/payouts/payout.ts',
    begins: 'export type PayoutStatus =',
    explainedIn: 'server/src/payouts/explain.ts',
  },
  {
    declaredIn: 'server/src/payouts/batch.ts',
    begins: 'export type BatchStatus =',
    explainedIn: 'server/src/payouts/explain-batch.ts',
  },
  {
    declaredIn: 'server/src/payouts/payout.ts',
    begins: 'export type Requirement =',
    explainedIn: 'server/src/payouts/explain-review.ts',
  },
  {
    declaredIn: 'server/src/sweeps/sweep.ts',
    begins: '  state:',
    explainedIn: 'server/src/sweeps/explain.ts',
  },
  {
    declaredIn: 'server/src/custody/outgoing/outgoing.ts',
    begins: 'export type OutgoingState =',
    explainedIn: 'server/src/explain/sending.ts',
  },
]

/** Compiles the files that explain, with texts of others in place of what lies on the disk. */
function diagnosticsOf(replaced: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path))
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT)
  const host = ts.createCompilerHost(options)
  const readFile = host.readFile.bind(host)
  host.readFile = (path) => replaced.get(path) ?? readFile(path)
  const files = [...new Set(UNIONS.map((union) => join(ROOT, union.explainedIn)))]
  const program = ts.createProgram(files, options, host)
  return new Map(
    files.map((file) => {
      const found = program.getSemanticDiagnostics(program.getSourceFile(file))
      const texts = found.map((one) => ts.flattenDiagnosticMessageText(one.messageText, '\n'))
      return [file, texts.join('\n')]
    }),
  )
}

/** The sources in which each union has one state more. */
function widened(): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  for (const [place, { declaredIn, begins }] of UNIONS.entries()) {
    const path = join(ROOT, declaredIn)
    const text = texts.get(path) ?? ts.sys.readFile(path) ?? ''
    assert.ok(text.includes(begins), `${declaredIn}: ${begins}`)
    texts.set(path, text.replace(begins, `${begins} '${NEW}_${place}' |`))
  }
  return texts
}

/**
 * Every union gets a state more, and the compiler must miss it where states are explained. Seen to
 * fail with one explanation declared as a record over any text.
 */
test('a state that nobody explains does not compile', () => {
  const asTheyAre = diagnosticsOf(new Map())
  assert.deepEqual(
    [...asTheyAre.values()].filter((text) => text !== ''),
    [],
  )
  const found = diagnosticsOf(widened())
  for (const [place, { explainedIn, begins }] of UNIONS.entries()) {
    const text = found.get(join(ROOT, explainedIn)) ?? ''
    assert.match(text, new RegExp(`${NEW}_${place}`), `${begins} in ${explainedIn}: ${text}`)
  }
})
