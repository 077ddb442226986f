// Asks every root field for everything it has, in the name of every role: reads with values that are there, writes with values
// that lead nowhere. Each answer has the shape its type promises or a code of the closed list; none is the server's fault.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { GraphQLClient, type Variables } from 'graphql-request'
import {
  type GraphQLInputType, Kind, type OperationDefinitionNode, buildSchema, getNullableType, isEnumType, isInputObjectType, isListType,
  isNonNullType, isRequiredInputField, parse, print, typeFromAST,
} from 'graphql'
import { endpoint, password } from './behaves.js'

const codes = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT', 'CONFLICT', 'PHASE_CLOSED', 'NOT_ELIGIBLE', 'HELD',
  'CONFLICT_OF_INTEREST', 'NOT_COMPARABLE', 'QUORUM_NOT_REACHED'])
const roles = ['', 'cb0021', 'cb0003', 'cb0025', 'cb0022', 'auditor', 'admin']
const schema = buildSchema(readFileSync('build/schema.graphql', 'utf8'))
const operations = parse(readFileSync('build/operations.graphql', 'utf8')).definitions as OperationDefinitionNode[]

const plain = new GraphQLClient(endpoint, { errorPolicy: 'all' })
const clients = await Promise.all(roles.map(async (username) => {
  if (!username) return plain
  const { data } = await plain.rawRequest<any>(`mutation($username: String!, $password: String!) {
    signIn(input: { username: $username, password: $password }) { session { accessToken } } }`, { username, password })
  return new GraphQLClient(endpoint, { errorPolicy: 'all', headers: { Authorization: `Bearer ${data.signIn.session.accessToken}` } })
}))
const known = await plain.rawRequest<any>(`{
  awards(filter: { campaignCode: "CCHC-2024" }, first: 1) { edges { cursor node { id verificationCode decision { number decidedOn } recipient { ... on Person { code } ... on Organization { code } } } } }
  people(first: 1) { nodes { code } } organizations(first: 1) { nodes { code } } awardTypes { code }
}`)
const seen = await clients[roles.indexOf('auditor')]!.rawRequest<any>(`{
  campaign(code: "CCHC-2024") { ballotRounds { id } ranking(recipientKind: INDIVIDUAL) { nomination { id } } }
}`)
const award = known.data.awards.edges[0].node
/** there are values that lead somewhere, by the name of the argument, and of the field and the argument where names do not tell. */
const there: Record<string, unknown> = {
  'node.id': award.id, 'award.id': award.id, 'ballotRound.id': seen.data.campaign.ballotRounds[0].id,
  'eligibility.nominationId': seen.data.campaign.ranking[0].nomination.id, ids: [award.id, 'none'], 'organization.code': known.data.organizations.nodes[0].code, 'person.code': known.data.people.nodes[0].code,
  'awardType.code': known.data.awardTypes[0].code, 'campaign.code': 'CCHC-2024', 'verifyAward.code': award.verificationCode, campaignCode: 'CCHC-2024',
  reference: 'CN-001', number: award.decision.number, 'decision.year': Number(award.decision.decidedOn.slice(0, 4)), year: 2024,
  organizationCode: 'P.BINHTHANG', username: 'admin', first: 2,
}

/** nowhere are values of each scalar that fit and lead to nothing. */
const nowhere: Record<string, unknown> = { ID: 'none', Int: 1, Boolean: true, Date: '2025-01-01', Time: '1800-01-01T00:00:00Z', Decimal: '1.5', VND: '1' }

function example(type: GraphQLInputType): unknown {
  const given = getNullableType(type)
  if (isListType(given)) return [example(given.ofType)]
  if (isEnumType(given)) return given.getValues()[0]!.value
  if (isInputObjectType(given)) {
    return Object.fromEntries(Object.values(given.getFields()).filter(isRequiredInputField).map((f) => [f.name, example(f.type)]))
  }
  return nowhere[String(given)] ?? 'không có'
}

function variablesOf(operation: OperationDefinitionNode, field: string): Variables {
  const given: Record<string, unknown> = {}
  for (const { type: node, variable: { name: { value: name } } } of operation.variableDefinitions ?? []) {
    const type = typeFromAST(schema, node as never) as GraphQLInputType
    const value = there[`${field}.${name}`] ?? there[name]
    if (value !== undefined) given[name] = value
    else if (isNonNullType(type)) given[name] = example(type)
  }
  return given
}

for (const operation of operations) {
  const field = operation.name!.value.replace(/^Every(.)/, (_, first: string) => first.toLowerCase())
  if (operation.operation === 'subscription' || print(operation).includes('Upload')) continue
  test(field, async () => {
    const variables = variablesOf(operation, field)
    let answered = 0
    const asking = field === 'signIn' ? [plain] : clients // who guesses too often has to wait
    for (const [i, client] of asking.entries()) {
      const { data, errors = [] } = await client.rawRequest<any>(print(operation), variables)
      for (const error of errors) {
        assert.ok(codes.has(String(error.extensions?.['code'])), `${roles[i] || 'nobody'}: ${JSON.stringify(error)} for ${JSON.stringify(variables)}`)
      }
      if (data?.[field] != null) answered++
    }
    if (operation.operation === 'query') assert.ok(answered > 0, `nobody is answered: ${JSON.stringify(variables)}`)
  })
}
