import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { ClientError, GraphQLClient, gql } from 'graphql-request'
import { Find, Refusal, behaves, endpoint } from './behaves.js'

behaves((token) => {
  const client = new GraphQLClient(endpoint, { headers: token ? { Authorization: `Bearer ${token}` } : {} })
  return async <R, V extends Record<string, unknown>>(document: TypedDocumentNode<R, V>, variables: V) => {
    try {
      return await client.request<R>(document, variables)
    } catch (e) {
      throw e instanceof ClientError && e.response.errors ? new Refusal(e.response.errors) : e
    }
  }
})

test('asks with typed and with plain documents', async () => {
  const client = new GraphQLClient(endpoint, { headers: { 'Accept-Language': 'en' } })
  const typed = await client.request(Find, { code: 'P.BINHTHANG' })
  const plain: { organization: { name: string } } = await client.request(gql`{ organization(code: "P.BINHTHANG") { name } }`)
  assert.equal(typed.organization?.name, plain.organization.name)
})

test('asks by GET', async () => {
  const client = new GraphQLClient(endpoint, { method: 'GET', jsonSerializer: JSON, headers: { 'GraphQL-Preflight': '1' } })
  const { organization } = await client.request(Find, { code: 'P.BINHTHANG' })
  assert.ok(organization?.name)
})
