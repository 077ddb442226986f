import { Client, cacheExchange, fetchExchange } from '@urql/core'
import { Kind, OperationTypeNode } from 'graphql'
import { type Ask, Refusal, behaves, endpoint } from './behaves.js'

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
