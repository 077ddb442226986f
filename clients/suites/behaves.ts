// What every client has to get right, told once: sign-in, a query, variables, scalars, pages both ways, refusals.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { graphql } from '../build/gql/index.js'

export const endpoint = process.env['ENDPOINT']!
export const password = process.env['PASSWORD']!

/** Ask sends one operation through a client and throws a Refusal when the server says no. */
export type Ask = <R, V extends Record<string, unknown>>(document: TypedDocumentNode<R, V>, variables: V) => Promise<R>

export interface GraphQLProblem {
  message: string
  extensions?: Record<string, unknown> | undefined
}

export class Refusal extends Error {
  constructor(readonly problems: readonly GraphQLProblem[]) {
    super(problems.map((p) => p.message).join('; '))
  }
  get codes() {
    return this.problems.map((p) => p.extensions?.['code'])
  }
}

export const SignIn = graphql(`
  mutation SignIn($username: String!, $password: String!) {
    signIn(input: { username: $username, password: $password }) {
      session { accessToken refreshToken accessTokenExpiresAt }
      viewer { account { id username } }
    }
  }
`)

export const Tasks = graphql(`
  query Tasks { viewer { account { id username } roles { id role organization { id code } } tasks { kind count dueOn } } }
`)

export const Awards = graphql(`
  query Awards($filter: AwardFilter, $orderBy: AwardOrder, $first: Int, $after: Cursor, $last: Int, $before: Cursor) {
    awards(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
      totalCount
      edges { cursor node { id recipientName grantedOn bonus status recipient { __typename ... on Person { id code } ... on Organization { id code } } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`)

export const Ranking = graphql(`
  query Ranking($kind: RecipientKind!) {
    campaign(code: "CCHC-2024") { ranking(recipientKind: $kind) { rank rawScore adjustedScore nomination { id reference version history { at } } } }
  }
`)

export const Find = graphql(`
  query Find($code: String!) { organization(code: $code) { id name } }
`)

export const Accept = graphql(`
  mutation Accept($input: AcceptNominationInput!) { acceptNomination(input: $input) { nomination { id status } } }
`)

export const Rename = graphql(`
  mutation Rename($input: RenameOrganizationInput!) { renameOrganization(input: $input) { organization { id name } } }
`)

/** tokenOf signs in by the client itself. */
export async function tokenOf(ask: Ask, username: string): Promise<string> {
  const { signIn } = await ask(SignIn, { username, password })
  return signIn.session!.accessToken
}

/** behaves runs what every client has to get right; connect makes a client for a token. */
export function behaves(connect: (token?: string) => Ask) {
  const nobody = connect()
  const as = async (username: string) => connect(await tokenOf(nobody, username))
  const season = { campaignCode: 'CCHC-2024' }

  test('signs in and asks who one is', async () => {
    const { viewer } = await (await as('cb0021'))(Tasks, {})
    assert.equal(viewer?.account.username, 'cb0021')
    assert.deepEqual(viewer?.roles.map((r) => r.role), ['DEPARTMENT_HEAD'])
    assert.ok(viewer.tasks.some((task) => task.kind === 'SUBMIT_NOMINATIONS' && task.count === 1))
  })

  test('pages forward and backward over the same awards', async () => {
    const all = (await nobody(Awards, { filter: season, first: 100 })).awards
    assert.equal(all.totalCount, 67)
    assert.equal(all.edges.length, 67)
    const forward: string[] = []
    for (let after: string | null | undefined = null, more = true; more;) {
      const { awards }: { awards: typeof all } = await nobody(Awards, { filter: season, first: 20, after })
      forward.push(...awards.edges.map((e) => e.node.id))
      more = awards.pageInfo.hasNextPage
      after = awards.pageInfo.endCursor
    }
    const backward: string[] = []
    for (let before: string | null | undefined = null, more = true; more;) {
      const { awards }: { awards: typeof all } = await nobody(Awards, { filter: season, last: 20, before })
      backward.unshift(...awards.edges.map((e) => e.node.id))
      more = awards.pageInfo.hasPreviousPage
      before = awards.pageInfo.startCursor
    }
    const ids = all.edges.map((e) => e.node.id)
    assert.deepEqual(forward, ids)
    assert.deepEqual(backward, ids)
  })

  test('takes enums, lists and nested input as variables', async () => {
    const { awards } = await nobody(Awards, {
      filter: { ...season, text: 'dang', years: [2024], recipientKind: 'INDIVIDUAL', levels: ['GRASSROOTS', 'PROVINCE'] },
      orderBy: { field: 'RECIPIENT_NAME', direction: 'ASC' },
    })
    assert.ok(awards.totalCount > 0)
    assert.ok(awards.edges.every((e) => /đặng/i.test(e.node.recipientName)))
  })

  test('takes a name in any Unicode form', async () => {
    const { awards } = await nobody(Awards, { filter: { ...season, text: 'Đặng Kim Yến'.normalize('NFD') } })
    assert.deepEqual(awards.edges.map((e) => e.node.recipientName), ['Đặng Kim Yến'])
  })

  test('reads every scalar as it is told', async () => {
    const award = (await nobody(Awards, { filter: season, first: 1 })).awards.edges[0]!
    assert.match(award.cursor, /^[\w-]+$/)
    assert.match(award.node.grantedOn, /^\d{4}-\d\d-\d\d$/)
    assert.match(award.node.bonus!, /^\d+$/)
    const { campaign } = await (await as('cb0003'))(Ranking, { kind: 'INDIVIDUAL' })
    const first = campaign!.ranking![0]!
    assert.deepEqual([first.rank, first.nomination!.reference, first.adjustedScore], [1, 'CN-012', 94.264936])
    assert.match(first.nomination!.history[0]!.at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  })

  test('tells why the server refuses', async () => {
    const secretary = await as('cb0025')
    const refused = async (promise: Promise<unknown>, code: string) => {
      const problem = await promise.then(() => assert.fail('not refused'), (e: unknown) => e)
      assert.ok(problem instanceof Refusal, String(problem))
      assert.deepEqual(problem.codes, [code])
      assert.ok(problem.message)
      return problem
    }
    await refused(nobody(Accept, { input: { nominationId: 'none', expectedVersion: 1 } }), 'UNAUTHENTICATED')
    await refused(nobody(SignIn, { username: 'cb0021', password: 'not this one' }), 'UNAUTHENTICATED')
    await refused(nobody(Find, { code: 'NOWHERE' }), 'NOT_FOUND')
    await refused((await as('cb0021'))(Rename, { input: { code: 'P.BINHTHANG', expectedVersion: 1, name: 'x', effectiveOn: '2025-05-01' } }), 'FORBIDDEN')
    const { campaign } = await secretary(Ranking, { kind: 'INDIVIDUAL' })
    const nomination = campaign!.ranking![0]!.nomination!
    await refused(secretary(Accept, { input: { nominationId: nomination.id, expectedVersion: 9999 } }), 'CONFLICT')
    const bad = await refused(nobody(Awards, { first: 1000 }), 'BAD_USER_INPUT')
    const violations = bad.problems[0]?.extensions?.['violations'] as { path: string }[]
    assert.deepEqual(violations.map((v) => v.path), ['first'])
  })
}
