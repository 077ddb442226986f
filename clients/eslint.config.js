// Every recommended rule for schemas and for Relay, and for operations on the examples, but for what is said here.
import graphql from '@graphql-eslint/eslint-plugin'

const { rules: schema } = graphql.configs['flat/schema-recommended']
const { rules: relay } = graphql.configs['flat/schema-relay']
const { rules: operations } = graphql.configs['flat/operations-recommended']
const [level, naming] = schema['@graphql-eslint/naming-convention']
const language = { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: 'build/schema.graphql', documents: 'build/examples.graphql' } } }

export default [
  {
    files: ['build/schema.graphql'],
    languageOptions: language,
    plugins: { '@graphql-eslint': graphql },
    rules: {
      ...schema,
      ...relay,
      // An award type is what awards are of; nothing is a type by its name.
      '@graphql-eslint/naming-convention': [level, { ...naming, 'ObjectTypeDefinition,ObjectTypeExtension': { forbiddenPrefixes: ['Type'] } }],
      // Award.awardType and Person.personnelFacts are words of their own.
      '@graphql-eslint/no-typename-prefix': 'off',
      // Payloads, edges and values such as a quota or a phase's window have no identity; what has one is a Node.
      '@graphql-eslint/strict-id-in-types': 'off',
      // Short lists are plain lists, and a connection has nodes beside its edges.
      '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
    },
  },
  {
    files: ['build/examples.graphql'],
    languageOptions: language,
    plugins: { '@graphql-eslint': graphql },
    rules: {
      ...operations,
      // The examples are for reading: they ask for ids only where one is needed next.
      '@graphql-eslint/require-selections': 'off',
    },
  },
]
