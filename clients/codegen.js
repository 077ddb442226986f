// Types of build/operations.graphql, of the documents inside the suites, and of the explorer's examples.
const config = {
  strictScalars: true,
  scalars: {
    Date: 'string', Time: 'string', Decimal: 'string', VND: 'string', Cursor: 'string',
    Upload: { input: 'Blob', output: 'never' },
  },
}

export default {
  schema: 'build/schema.graphql',
  importExtension: '.js',
  generates: {
    'build/gql/': { preset: 'client', documents: ['suites/*.ts', 'build/operations.graphql'], config },
    'build/types.ts': { plugins: ['typescript'], config },
    'build/typed.ts': {
      documents: ['build/operations.graphql', 'build/examples.graphql'],
      plugins: ['typescript-operations', 'typed-document-node'],
      config,
    },
  },
}
