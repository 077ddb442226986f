import assert from 'node:assert/strict'
import { test } from 'node:test'
import runtime from 'relay-runtime'
import listQuery, { type awardsListQuery } from '../build/relay/awardsListQuery.graphql.js'
import oneQuery, { type awardsOneQuery } from '../build/relay/awardsOneQuery.graphql.js'
import { endpoint } from './behaves.js'

const { Environment, Network, RecordSource, Store, fetchQuery } = runtime
const store = new Store(new RecordSource())
const environment = new Environment({
  store,
  network: Network.create(async ({ text }, variables) => {
    const body = JSON.stringify({ query: text, variables })
    const answer = await fetch(endpoint, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
    return await answer.json() as never
  }),
})
const records = () => store.getSource().getRecordIDs().map((id) => store.getSource().get(id)!)

test('joins the pages of a connection, and finds a record again by its id', async () => {
  const filter = { campaignCode: 'CCHC-2024' }
  const connection = () => records().find((r) => /__awards_list_awards_connection/.test(r.__id))!
  await fetchQuery<awardsListQuery>(environment, listQuery, { filter, count: 20 }).toPromise()
  const { endCursor } = store.getSource().get((connection()['pageInfo'] as { __ref: string }).__ref) as unknown as { endCursor: string }
  await fetchQuery<awardsListQuery>(environment, listQuery, { filter, count: 20, cursor: endCursor }).toPromise()
  const edges = (connection()['edges'] as { __refs: string[] }).__refs.map((ref) => store.getSource().get(ref)!)
  assert.equal(edges.length, 40)
  const { __ref: id } = edges[39]!['node'] as { __ref: string }
  const one = await fetchQuery<awardsOneQuery>(environment, oneQuery, { id }).toPromise()
  assert.equal(one?.node?.__typename, 'Award')
})
