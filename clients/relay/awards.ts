// A page of a Relay application: a list that loads more, lines that are fragments, a detail that is fetched again by id.
import { graphql } from 'relay-runtime'

export const page = graphql`
  query awardsPageQuery($filter: AwardFilter, $count: Int!, $cursor: Cursor) {
    ...awards_list @arguments(filter: $filter, count: $count, cursor: $cursor)
  }
`

export const list = graphql`
  fragment awards_list on Query
  @argumentDefinitions(filter: { type: "AwardFilter" }, count: { type: "Int", defaultValue: 20 }, cursor: { type: "Cursor" })
  @refetchable(queryName: "awardsListQuery") {
    awards(filter: $filter, first: $count, after: $cursor) @connection(key: "awards_list_awards", filters: ["filter"]) {
      totalCount
      edges { node { id ...awards_line } }
    }
  }
`

export const line = graphql`
  fragment awards_line on Award @refetchable(queryName: "awardsLineQuery") {
    recipientName
    grantedOn
    bonus
    decision { number awards(first: 3) { nodes { id } } }
    recipient { __typename ... on Person { fullName } ... on Organization { name } }
  }
`

// Backward, on a record, found again through node.
export const person = graphql`
  fragment awards_person on Person
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "Cursor" })
  @refetchable(queryName: "awardsPersonQuery") {
    fullName
    awards(last: $count, before: $cursor) @connection(key: "awards_person_awards") {
      edges { cursor node { ...awards_line } }
    }
  }
`

export const one = graphql`
  query awardsOneQuery($id: ID!) {
    node(id: $id) {
      __typename
      ...awards_line @alias
      ...awards_person @alias
    }
  }
`
