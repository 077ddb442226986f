// Writes build/operations.graphql: an operation for every root field of the schema, with every argument as a variable and
// everything selected that can be had without further arguments, three levels deep; and build/examples.graphql: the
// operations that the explorer shows and the tests ask, each with a name.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { buildSchema, getNamedType, isAbstractType, isLeafType, isRequiredArgument, parse, print } from 'graphql'

const depth = 3
const schema = buildSchema(readFileSync('build/schema.graphql', 'utf8'))
const operations = []
for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
  for (const field of Object.values(root?.getFields() ?? {})) {
    operations.push(operation(root.name.toLowerCase(), field))
  }
}
writeFileSync('build/operations.graphql', operations.join('\n'))

const resolvers = '../resolvers'
const shown = readdirSync(`${resolvers}/explorer/examples`, { recursive: true }).filter((name) => name.endsWith('.graphql')).sort()
const documents = shown.map((name) => readFileSync(`${resolvers}/explorer/examples/${name}`, 'utf8'))
const asked = readFileSync(`${resolvers}/testdata/operations.graphql`, 'utf8').split(/^# \w+$/m).filter((text) => text.trim())
const named = [...documents, ...asked].map((text, i) => {
  const { definitions } = parse(text)
  return print({ kind: 'Document', definitions: definitions.map((d) => ({ ...d, name: { kind: 'Name', value: `Example${i}` } })) })
})
writeFileSync('build/examples.graphql', named.join('\n'))

function operation(kind, field) {
  const name = `Every${field.name[0].toUpperCase()}${field.name.slice(1)}`
  const variables = list(field.args.map((arg) => `$${arg.name}: ${arg.type}`))
  const args = list(field.args.map((arg) => `${arg.name}: $${arg.name}`))
  return `${kind} ${name}${variables} { ${field.name}${args}${selection(field.type, depth)} }`
}

function list(parts) {
  return parts.length ? `(${parts.join(', ')})` : ''
}

// selection of a type. The members of an abstract type go no deeper, since there are many.
function selection(type, left) {
  const named = getNamedType(type)
  if (isLeafType(named)) return ''
  if (!isAbstractType(named)) return ` { ${fields(named, left, () => '')} }`
  const members = schema.getPossibleTypes(named)
  const types = (name) => new Set(members.map((one) => one.getFields()[name]).filter(Boolean).map((field) => String(field.type)))
  const parts = members.map((one) => `... on ${one} { ${fields(one, 1, (name) => (types(name).size > 1 ? `${one}_${name}: ` : ''))} }`)
  return ` { __typename ${parts.join(' ')} }`
}

// fields of a type, under the name that alias gives where another member has one of another type.
function fields(type, left, alias) {
  const selected = []
  for (const field of Object.values(type.getFields())) {
    const deeper = !isLeafType(getNamedType(field.type))
    if (field.args.some(isRequiredArgument) || (deeper && left <= 1)) continue
    const inner = selection(field.type, left - 1)
    if (inner !== ' {  }') selected.push(`${alias(field.name)}${field.name}${inner}`)
  }
  return selected.join(' ')
}
