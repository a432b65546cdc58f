import type { Command } from './command.ts'
import type { Parameter } from './parameter.ts'

// Scripts that a shell loads once: completing a word then starts no program.

/** Words by which a command is named, and all below its first one. */
type Group = Readonly<{ word: string; commands: readonly Command[] }>

const groupsOf = (commands: readonly Command[]): readonly Group[] =>
  [...Map.groupBy(commands, ({ name }) => name.split(' ')[0] ?? '')].map(([word, of]) => ({
    word,
    commands: of,
  }))

const isPair = ({ commands }: Group): boolean => commands.some(({ name }) => name.includes(' '))

const secondOf = ({ name }: Command): string => name.split(' ')[1] ?? ''

const offered = ({ choices, suggestions }: Parameter): readonly string[] => [
  ...choices,
  ...suggestions,
]

/** Completion for bash: `source <(coffer completion bash)`. */
export function bashCompletion(commands: readonly Command[]): string {
  const groups = groupsOf(commands)
  const pairs = groups.filter(isPair)
  return `# Completion of coffer for bash: source <(coffer completion bash)
_coffer() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  local command=\${COMP_WORDS[1]} words=
  COMPREPLY=()
  if (( COMP_CWORD == 1 )); then
    COMPREPLY=($(compgen -W '${[...groups.map(({ word }) => word), 'help'].join(' ')}' -- "$cur"))
    return
  fi
  case $command in
${pairs.map(bashPair).join('\n')}
  esac
  case "$command $prev" in
${commands.flatMap(bashValues).join('\n')}
  esac
  case $command in
${commands.map(bashWords).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _coffer coffer
`
}

const bashPair = ({ word, commands }: Group): string => `    ${word})
      if (( COMP_CWORD == 2 )); then
        COMPREPLY=($(compgen -W '${commands.map(secondOf).join(' ')}' -- "$cur"))
        return
      fi
      command="$command \${COMP_WORDS[2]}"
      ;;`

/** What may follow an option; where anything may, the shell offers files. */
const bashValues = ({ name, parameters }: Command): readonly string[] =>
  parameters
    .filter(({ isOperand, isFlag }) => !isOperand && !isFlag)
    .map((one) => {
      const reply = `COMPREPLY=($(compgen -W '${offered(one).join(' ')}' -- "$cur")); return`
      return `    '${name} --${one.name}') ${reply} ;;`
    })

function bashWords({ name, parameters }: Command): string {
  const options = parameters.filter((one) => !one.isOperand).map((one) => `--${one.name}`)
  const operands = parameters.filter((one) => one.isOperand).flatMap(offered)
  const words = [...operands, ...options, '--help'].join(' ')
  const isFile = operands.length === 0 && parameters.some((one) => one.isOperand)
  return `    '${name}') ${isFile ? `[[ $cur == -* ]] && ` : ''}words='${words}' ;;`
}

/** Completion for zsh: `source <(coffer completion zsh)`, or as the file `_coffer` in `fpath`. */
export function zshCompletion(commands: readonly Command[]): string {
  const groups = groupsOf(commands)
  const firsts = groups.map((group) => {
    const [one] = group.commands
    const doc = isPair(group) ? group.commands.map(secondOf).join(', ') : (one?.doc ?? '')
    return described(group.word, doc)
  })
  return `#compdef coffer
# Completion of coffer for zsh: source <(coffer completion zsh)
_coffer() {
  local -a listed
  if (( CURRENT == 2 )); then
    listed=(${[...firsts, described('help', 'show what a command takes')].join(' ')})
    _describe command listed
    return
  fi
  local name=$words[2]
  case $name in
${groups.filter(isPair).map(zshPair).join('\n')}
  esac
  shift words
  (( CURRENT-- ))
  case $name in
${commands.map(zshArguments).join('\n')}
  esac
}
if [[ $funcstack[1] == _coffer ]]; then _coffer "$@"; else compdef _coffer coffer; fi
`
}

const zshPair = ({ word, commands }: Group): string => `    ${word})
      if (( CURRENT == 3 )); then
        listed=(${commands.map((one) => described(secondOf(one), one.doc)).join(' ')})
        _describe command listed
        return
      fi
      name="$name $words[3]"
      shift words
      (( CURRENT-- ))
      ;;`

function zshArguments({ name, parameters }: Command): string {
  const specs = parameters.map((one) => {
    const values = offered(one)
    const action = values.length === 0 ? '_files' : `(${values.join(' ')})`
    const repeats = one.isList ? '*' : ''
    if (one.isOperand) return `${one.isList ? '*' : ''}:${one.value}:${action}`
    const head = `${repeats}--${one.name}[${inBrackets(one.doc)}]`
    return one.isFlag ? head : `${head}:${one.value}:${action}`
  })
  return `    '${name}') _arguments ${specs.map(quoted).join(' ')} ;;`
}

const described = (word: string, doc: string): string =>
  quoted(`${word}:${doc.replaceAll(':', '\\:')}`)

const inBrackets = (doc: string): string => doc.replace(/[[\]:\\]/g, (one) => `\\${one}`)

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
