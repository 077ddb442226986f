import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { relayStylePagination } from '@apollo/client/utilities'
import UploadHttpLink from 'apollo-upload-client/UploadHttpLink.mjs'
import { type DocumentNode, Kind, OperationTypeNode, print } from 'graphql'
import { graphql } from '../build/gql/index.js'
import { type Ask, Awards, Refusal, behaves, endpoint, tokenOf } from './behaves.js'

/** asked are the requests that went over the network. */
const asked: RequestInit[] = []

function connect(token?: string, before: ApolloLink[] = [], uri = endpoint) {
  const counted: typeof fetch = (url, init) => {
    asked.push(init ?? {})
    return fetch(url, init)
  }
  const http = new HttpLink({ uri, fetch: counted, headers: token ? { Authorization: `Bearer ${token}` } : {} })
  const fields = { awards: relayStylePagination(['filter', 'orderBy']) }
  return new ApolloClient({
    link: ApolloLink.from([...before, http]),
    cache: new InMemoryCache({ possibleTypes: { Recipient: ['Person', 'Organization'] }, typePolicies: { Query: { fields } } }),
  })
}

function asker(client: ApolloClient): Ask {
  return async (document, variables) => {
    const [definition] = document.definitions
    const mutates = definition?.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.MUTATION
    const fetchPolicy = 'no-cache' as const
    try {
      const given = { variables: variables as never, fetchPolicy }
      const { data } = mutates ? await client.mutate({ mutation: document, ...given }) : await client.query({ query: document, ...given })
      return data!
    } catch (e) {
      throw CombinedGraphQLErrors.is(e) ? new Refusal(e.errors) : e
    }
  }
}

behaves((token) => asker(connect(token)))

test('joins pages in its cache and does not ask twice', async () => {
  const client = connect()
  const variables = { filter: { campaignCode: 'CCHC-2024' }, first: 30 }
  const { data } = await client.query({ query: Awards, variables })
  const watched = client.watchQuery({ query: Awards, variables })
  const watching = watched.subscribe(() => {})
  await watched.fetchMore({ variables: { after: data!.awards.pageInfo.endCursor } })
  watching.unsubscribe()
  const joined = client.readQuery({ query: Awards, variables })!.awards
  assert.equal(joined.edges.length, 60)
  assert.equal(new Set(joined.edges.map((e) => e.node.id)).size, 60)
  const before = asked.length
  await client.query({ query: Awards, variables })
  assert.equal(asked.length, before)
})

test('keeps what it could read beside an error', async () => {
  const client = connect()
  const Both = graphql(`query Both { organization(code: "P.BINHTHANG") { id name } person(code: "NOBODY") { id fullName } }`)
  const { data, error } = await client.query({ query: Both, errorPolicy: 'all' })
  assert.ok(CombinedGraphQLErrors.is(error))
  assert.deepEqual([error.errors[0]!.path, error.errors[0]!.extensions?.['code']], [['person'], 'NOT_FOUND'])
  assert.ok((data as { organization?: { name: string } }).organization?.name)
})

test('writes what a mutation answers into its cache', async () => {
  const client = connect(await tokenOf(asker(connect()), 'admin'))
  const ByCode = graphql(`query ByCode($code: String!) { organization(code: $code) { id name version } }`)
  const Create = graphql(`
    mutation CreateTeam($input: CreateOrganizationInput!) { createOrganization(input: $input) { organization { id code name version } } }
  `)
  const Renamed = graphql(`
    mutation RenameTeam($input: RenameOrganizationInput!) { renameOrganization(input: $input) { organization { id name version } } }
  `)
  const code = `APOLLO-${Date.now()}`
  const made = await client.mutate({ mutation: Create, variables: { input: { code, name: 'Tổ một', kind: 'TEAM', parentCode: 'P.BINHTHANG', validFrom: '2025-01-01' } } })
  const { data } = await client.query({ query: ByCode, variables: { code } })
  assert.equal(data?.organization?.name, 'Tổ một')
  const expectedVersion = made.data!.createOrganization!.organization!.version
  await client.mutate({ mutation: Renamed, variables: { input: { code, expectedVersion, name: 'Tổ hai', effectiveOn: '2025-02-01' } } })
  assert.equal(client.readQuery({ query: ByCode, variables: { code } })?.organization?.name, 'Tổ hai')
})

test('asks by the hash of a query, by POST and by GET', async () => {
  const random = `of${Date.now()}`
  const query = gql(`query ${random} { awards(filter: { campaignCode: "CCHC-2024" }) { totalCount } }`)
  const generateHash = (document: DocumentNode) => createHash('sha256').update(print(document)).digest('hex')
  const ask = async (useGETForHashedQueries: boolean) => {
    const before = asked.length
    const client = connect(undefined, [new PersistedQueryLink({ generateHash, useGETForHashedQueries })])
    const { data } = await client.query<{ awards: { totalCount: number } }>({ query })
    assert.equal(data?.awards.totalCount, 67)
    return asked.slice(before).map(({ method, body }) => [method, typeof body === 'string' && 'query' in JSON.parse(body)])
  }
  assert.deepEqual(await ask(false), [['POST', false], ['POST', true]]) // unknown at first
  assert.deepEqual(await ask(false), [['POST', false]])
  assert.deepEqual(await ask(true), [['GET', false]])
})

test('sends a file', async () => {
  const token = await tokenOf(asker(connect()), 'cb0021')
  const Drafts = graphql(`query Drafts { nominations(filter: { statuses: [DRAFT] }, first: 1) { nodes { id version } } }`)
  const Attach = graphql(`mutation Attach($input: AttachEvidenceInput!) { attachEvidence(input: $input) { evidence { id fileName mediaType size } } }`)
  const { nominations } = await asker(connect(token))(Drafts, {})
  const { id: nominationId, version: expectedVersion } = nominations!.nodes[0]!
  const link = new UploadHttpLink({ uri: endpoint, headers: { Authorization: `Bearer ${token}` } })
  const client = new ApolloClient({ link, cache: new InMemoryCache() })
  const send = (name: string, content: string) =>
    client.mutate({ mutation: Attach, variables: { input: { nominationId, expectedVersion, file: new File([content], name) } } })

  const refusal = await send('báo cáo.pdf', 'this is no PDF').then(() => assert.fail('taken'), (e: unknown) => e)
  assert.ok(CombinedGraphQLErrors.is(refusal))
  assert.equal(refusal.errors[0]!.extensions?.['code'], 'BAD_USER_INPUT')

  const { data } = await send('báo cáo.pdf'.normalize('NFD'), '%PDF-1.7 báo cáo')
  const { fileName, mediaType, size } = data!.attachEvidence!.evidence!
  assert.deepEqual([fileName, mediaType, size], ['báo cáo.pdf', 'application/pdf', new Blob(['%PDF-1.7 báo cáo']).size])
})
