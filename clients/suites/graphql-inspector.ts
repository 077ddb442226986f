import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CriticalityLevel, diff, validate } from '@graphql-inspector/core'
import { Source, buildSchema } from 'graphql'

const read = (name: string) => readFileSync(name, 'utf8')
const schema = buildSchema(read('build/schema.graphql'))

test('nothing breaks for clients of the released schema', async () => {
  const changes = await diff(buildSchema(read('released.graphql')), schema)
  // Our directives say things about the schema; no client can use one.
  const breaking = changes.filter((change) => change.criticality.level === CriticalityLevel.Breaking && !change.type.startsWith('DIRECTIVE_'))
  assert.deepEqual(breaking.map((change) => change.message), [])
})

for (const name of ['build/operations.graphql', 'build/examples.graphql']) {
  test(`${name} is valid and uses nothing deprecated`, () => {
    const faults = validate(schema, [new Source(read(name), name)], { strictDeprecated: true })
    assert.deepEqual(faults.map((fault) => fault.errors.map(String)), [])
  })
}
