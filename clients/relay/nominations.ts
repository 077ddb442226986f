// Writing in a Relay application: updates of records by id, edges put into and taken out of lists.
import { graphql } from 'relay-runtime'

export const list = graphql`
  fragment nominations_list on Query
  @argumentDefinitions(code: { type: "String!" }, count: { type: "Int", defaultValue: 20 }, cursor: { type: "Cursor" })
  @refetchable(queryName: "nominationsListQuery") {
    nominations(filter: { campaignCode: $code }, first: $count, after: $cursor) @connection(key: "nominations_list_nominations") {
      edges { node { id reference status version } }
    }
  }
`

export const create = graphql`
  mutation nominationsCreateMutation($input: CreateNominationInput!, $connections: [ID!]!) {
    createNomination(input: $input) {
      nomination @appendNode(connections: $connections, edgeTypeName: "NominationEdge") { id reference status version }
    }
  }
`

export const comment = graphql`
  mutation nominationsCommentMutation($input: AddCommentInput!) @raw_response_type {
    addComment(input: $input) { comment { id body at } }
  }
`

export const discard = graphql`
  mutation nominationsDiscardDecisionMutation($input: DiscardDecisionInput!, $connections: [ID!]!) {
    discardDecision(input: $input) { discardedId @deleteEdge(connections: $connections) @deleteRecord }
  }
`
