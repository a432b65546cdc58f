import { Marked, type Tokens } from 'marked'

// `marked` reads all of Markdown that the guides use, tables among it; it is typed, depends on
// nothing and installs nothing.

/** Text as HTML shows it literally. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** The part of a URL that leads to a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

/** Where a link in the text leads on our server; absent: it is shown as text. */
export type LinkTo = (href: string) => string | undefined

/** Links to the web, and within the page. */
const outside: LinkTo = (href) => (/^(https?:|#|\/)/.test(href) ? href : undefined)

/**
 * Writes Markdown as HTML. HTML in it is text: descriptions quote what others may send.
 *
 * @param levels how much deeper headings become: 0 leaves `##` a second heading
 */
export const renderMarkdown = (markdown: string, levels = 0, linkTo: LinkTo = outside): string =>
  writer(levels, linkTo).parse(markdown, { async: false })

/** The same for text inside a line. */
export const renderInline = (text: string): string =>
  writer(0, outside).parseInline(text, { async: false })

function writer(levels: number, linkTo: LinkTo): Marked {
  return new Marked({
    gfm: true,
    renderer: {
      html: ({ text }: Tokens.HTML | Tokens.Tag) => escapeHtml(text),
      image: ({ text }) => escapeHtml(text),
      heading({ tokens, depth, text }) {
        const level = Math.min(6, depth + levels)
        const inner = this.parser.parseInline(tokens)
        return `<h${level} id="${anchorOf(text)}">${inner}</h${level}>\n`
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens)
        const to = linkTo(href)
        return to === undefined ? inner : `<a href="${escapeHtml(to)}">${inner}</a>`
      },
      table({ header, rows }) {
        const cells = (row: readonly Tokens.TableCell[], tag: 'th' | 'td'): string =>
          row.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')
        const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n')
        const head = `<thead><tr>${cells(header, 'th')}</tr></thead>`
        return `<div class="wide"><table>${head}<tbody>${body}</tbody></table></div>\n`
      },
    },
  })
}
