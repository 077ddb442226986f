import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client, cacheExchange, fetchExchange } from '@urql/core'
import { persistedExchange } from '@urql/exchange-persisted'
import { Kind, OperationTypeNode } from 'graphql'
import { type Ask, Find, Refusal, behaves, endpoint } from './behaves.js'

behaves((token): Ask => {
  const client = new Client({
    url: endpoint,
    exchanges: [cacheExchange, fetchExchange],
    preferGetMethod: false,
    fetchOptions: { headers: token ? { Authorization: `Bearer ${token}` } : {} },
  })
  return async (document, variables) => {
    const [definition] = document.definitions
    const mutates = definition?.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.MUTATION
    const result = await (mutates ? client.mutation(document, variables) : client.query(document, variables)).toPromise()
    if (result.error?.networkError) throw result.error.networkError
    if (result.error) throw new Refusal(result.error.graphQLErrors)
    return result.data!
  }
})

test('asks by the hash of a query', async () => {
  const bodies: string[] = []
  const counted: typeof fetch = (url, init) => {
    bodies.push(`${init?.method} ${String(url)} ${String(init?.body)}`)
    return fetch(url, init)
  }
  const ask = async (preferGetForPersistedQueries: boolean) => {
    const client = new Client({ url: endpoint, preferGetMethod: false, fetch: counted, exchanges: [persistedExchange({ preferGetForPersistedQueries }), fetchExchange] })
    const { data } = await client.query(Find, { code: 'P.BINHTHANG' })
    assert.ok(data?.organization?.name)
  }
  await ask(false) // unknown at first, unless another suite asked
  bodies.length = 0
  await ask(false)
  await ask(true)
  assert.equal(bodies.length, 2)
  assert.ok(bodies.every((body) => !/"query"|query=/.test(body) && /sha256Hash/.test(body)), bodies.join('\n'))
  assert.match(bodies[1]!, /^GET/)
})
