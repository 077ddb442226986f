import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client'
import { Kind, OperationTypeNode } from 'graphql'
import { type Ask, Refusal, behaves, endpoint } from './behaves.js'

function connect(token?: string) {
  const link = new HttpLink({ uri: endpoint, headers: token ? { Authorization: `Bearer ${token}` } : {} })
  return new ApolloClient({ link, cache: new InMemoryCache() })
}

behaves((token): Ask => {
  const client = connect(token)
  return async (document, variables) => {
    const [definition] = document.definitions
    const mutates = definition?.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.MUTATION
    try {
      const asked = { variables: variables as never }
      const { data } = mutates ? await client.mutate({ mutation: document, ...asked }) : await client.query({ query: document, ...asked })
      return data!
    } catch (e) {
      throw CombinedGraphQLErrors.is(e) ? new Refusal(e.errors) : e
    }
  }
})
