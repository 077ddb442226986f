import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serverAudits } from 'graphql-http'
import { endpoint, password } from './behaves.js'

// Signed in, since only then the schema is told, which some audits ask for.
const query = `mutation { signIn(input: { username: "auditor", password: "${password}" }) { session { accessToken } } }`
const signedIn = await fetch(endpoint, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query }) })
const { data } = await signedIn.json() as { data: { signIn: { session: { accessToken: string } } } }

const fetchFn = (url: string, init: RequestInit = {}) => {
  const headers = new Headers(init.headers)
  headers.set('Authorization', `Bearer ${data.signIn.session.accessToken}`)
  return fetch(url, { ...init, headers })
}
const audits = serverAudits({ url: endpoint, fetchFn })

test('there are as many audits as there were', () => assert.equal(audits.length, 61))
for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn()
    assert.equal(result.status, 'ok', 'reason' in result ? result.reason : '')
  })
}
