import { queryOptions, useQuery } from '@tanstack/react-query'
import { Cut } from '../../components/value.tsx'
import { api } from '../../lib/api.ts'

const REFRESH_MS = 10_000
const hostNamesQuery = queryOptions({
  queryKey: ['host-names'],
  queryFn: async ({ signal }) => new Map((await api.hostNames(signal)).hosts.map(({ address, name }) => [address, name])),
  refetchInterval: REFRESH_MS,
  staleTime: REFRESH_MS,
})

/** What users call the host today: what is kept of the past are addresses. */
export function GivenName({ address }: { readonly address: string }) {
  const name = useQuery(hostNamesQuery).data?.get(address)
  if (name === undefined) return null
  return (
    <span className="past-given faint">
      <Cut text={name} />
    </span>
  )
}
