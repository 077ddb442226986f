// Live streams by the clients people use for them, over WebSocket and over server-sent events.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApolloClient, InMemoryCache } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { Client, fetchExchange, subscriptionExchange } from '@urql/core'
import { print } from 'graphql'
import { GraphQLClient } from 'graphql-request'
import { createClient as createSSE } from 'graphql-sse'
import { type Client as SocketClient, createClient as createSocket } from 'graphql-ws'
import WebSocket from 'ws'
import { graphql } from '../build/gql/index.js'
import type { ChangedSubscription } from '../build/gql/graphql.js'
import { SignIn, endpoint, password } from './behaves.js'

const Changed = graphql(`
  subscription Changed($code: String!) { nominationChanged(campaignCode: $code) { id version achievement } }
`)
const Drafts = graphql(`
  query LiveDrafts { nominations(filter: { statuses: [DRAFT] }, first: 1) { nodes { id version achievement campaign { code } } } }
`)
const Rewrite = graphql(`
  mutation Rewrite($input: UpdateNominationInput!) { updateNomination(input: $input) { nomination { id version achievement } } }
`)

const { signIn } = await new GraphQLClient(endpoint).request(SignIn, { username: 'cb0021', password })
const headers = { Authorization: `Bearer ${signIn.session!.accessToken}` }
const head = new GraphQLClient(endpoint, { headers })
const draft = async () => (await head.request(Drafts)).nominations!.nodes[0]!
const variables = { code: (await draft()).campaign.code }
const query = print(Changed)

function socket(connectionParams: Record<string, unknown>, more: Partial<Parameters<typeof createSocket>[0]> = {}): SocketClient {
  return createSocket({ url: endpoint.replace('http', 'ws'), webSocketImpl: WebSocket, connectionParams, retryAttempts: 0, ...more })
}

/** hears rewrites a nomination until its new words come in. */
async function hears(listen: (told: (data: ChangedSubscription) => void, failed: (e: unknown) => void) => () => void) {
  let stop = () => {}
  const told = new Promise<ChangedSubscription>((resolve, reject) => { stop = listen(resolve, reject) })
  try {
    for (let i = 0; i < 50; i++) {
      const { id: nominationId, version: expectedVersion } = await draft()
      await head.request(Rewrite, { input: { nominationId, expectedVersion, achievement: `Thành tích, lần ${expectedVersion}` } })
      const data = await Promise.race([told, new Promise<void>((resolve) => setTimeout(resolve, 200))])
      if (!data) continue
      assert.equal(data.nominationChanged?.id, nominationId)
      assert.match(data.nominationChanged.achievement, /^Thành tích, lần \d+$/)
      return
    }
    assert.fail('nothing is told')
  } finally {
    stop()
  }
}

test('graphql-ws', async () => {
  const client = socket(headers)
  await hears((next, error) => client.subscribe<ChangedSubscription>({ query, variables }, { next: ({ data }) => next(data!), error, complete() {} }))
  await client.dispose()
})

test('graphql-ws asks queries and mutations, too, and reads refusals', async () => {
  const client = socket(headers)
  const answer = await client.iterate({ query: '{ viewer { account { username } } }' }).next()
  assert.deepEqual(answer.value?.data, { viewer: { account: { username: 'cb0021' } } })
  const refused = await client.iterate({ query, variables: { code: 'NOWHERE' } }).next().then(({ value }) => value?.errors, (e: unknown) => e) as { extensions: { code: string } }[]
  assert.deepEqual(refused.map((e) => e.extensions.code), ['NOT_FOUND'])
  await client.dispose()
})

test('graphql-ws is turned away with a token that does not work', async () => {
  const closed = new Promise<number>((resolve) => {
    const client = socket({ Authorization: 'Bearer x' }, { on: { closed: (event) => resolve((event as CloseEvent).code) } })
    client.subscribe({ query, variables }, { next() {}, error() {}, complete() {} })
  })
  assert.equal(await closed, 4403)
})

test('graphql-sse', async () => {
  const client = createSSE({ url: endpoint, headers, retryAttempts: 0 })
  await hears((next, error) => client.subscribe<ChangedSubscription>({ query, variables }, { next: ({ data }) => next(data!), error, complete() {} }))
  client.dispose()
})

test('urql over server-sent events', async () => {
  const client = new Client({ url: endpoint, exchanges: [fetchExchange], fetchSubscriptions: true, preferGetMethod: false, fetchOptions: { headers } })
  await hears((next, failed) => client.subscription(Changed, variables).subscribe(({ data, error }) => error ? failed(error) : data && next(data)).unsubscribe)
})

test('urql over WebSocket', async () => {
  const sockets = socket(headers)
  const exchange = subscriptionExchange({
    forwardSubscription: (request) => ({ subscribe: (sink) => ({ unsubscribe: sockets.subscribe({ ...request, query: request.query ?? '' }, sink as never) }) }),
  })
  const client = new Client({ url: endpoint, exchanges: [fetchExchange, exchange], preferGetMethod: false })
  await hears((next, failed) => client.subscription(Changed, variables).subscribe(({ data, error }) => error ? failed(error) : data && next(data)).unsubscribe)
  await sockets.dispose()
})

test('Apollo Client over WebSocket', async () => {
  const sockets = socket(headers)
  const client = new ApolloClient({ link: new GraphQLWsLink(sockets), cache: new InMemoryCache() })
  await hears((next, failed) => {
    const watching = client.subscribe({ query: Changed, variables }).subscribe({ next: ({ data }) => next(data!), error: failed })
    return () => watching.unsubscribe()
  })
  await sockets.dispose()
})
