/** Where links lead and how the view in the URL changes. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type ComponentProps, createContext, type ReactNode, useCallback, useContext } from 'react'
import { ALL_INTERFACES } from '../../src/lib/live.ts'
import type { View } from './url-state.ts'

/** A place of the console. The interface in view is kept, whatever the place. */
export interface Place {
  readonly to: string
  readonly params?: Readonly<Record<string, string>>
  readonly search?: View
}

export const useView = (): View => useSearch({ strict: false }) as View

/** Changes the view of the page shown: a new entry of the history, unless it was not the user's act. */
export function useChangeView(): (change: View, how?: { readonly replace?: boolean }) => void {
  const navigate = useNavigate()
  return useCallback(
    (change, how) => {
      void navigate({ to: '.', search: ((before: View) => ({ ...before, ...change })) as never, replace: how?.replace ?? false })
    },
    [navigate],
  )
}

export function useOpen(): (place: Place) => void {
  const navigate = useNavigate()
  const kept = useView().interface
  return useCallback(
    (place) => {
      void navigate({ to: place.to, params: (place.params ?? {}) as never, search: withInterface(place, kept) as never })
    },
    [navigate, kept],
  )
}

const withInterface = (place: Place, kept: string | undefined): View => ({
  ...(kept !== undefined && { interface: kept }),
  ...place.search,
})

type LinkProps = Omit<ComponentProps<'a'>, 'href'> & { readonly place: Place; readonly children?: ReactNode }
/** A link inside the console. */
export function Go({ place, children, ...rest }: LinkProps) {
  const kept = useView().interface
  return (
    <Link to={place.to} params={(place.params ?? {}) as never} search={withInterface(place, kept) as never} {...(rest as object)}>
      {children}
    </Link>
  )
}

/** The address of a place, for a new tab or the clipboard. */
export function hrefOf(place: Place, kept: string | undefined, stringify: (view: Readonly<Record<string, unknown>>) => string): string {
  const path = place.to.replace(/\$(\w+)/g, (_, name: string) => encodeURIComponent(place.params?.[name] ?? ''))
  return path + stringify({ ...withInterface(place, kept) })
}

/** As the URL names an interface, or all together. */
export const ALL = 'all'
export const nameInUrl = (id: number): string => (id === ALL_INTERFACES ? ALL : String(id))

export const places = {
  host: (address: string, vlan?: number): Place => ({
    to: '/hosts/$address',
    params: { address },
    ...(vlan ? { search: { vlan: String(vlan) } } : {}),
  }),
  flow: (id: string): Place => ({ to: '/flows/$id', params: { id } }),
  flows: (filter?: string): Place => ({ to: '/flows', ...(filter ? { search: { filter } } : {}) }),
  hosts: (filter?: string): Place => ({ to: '/hosts', ...(filter ? { search: { filter } } : {}) }),
  exporter: (number: number): Place => ({ to: '/exporters/$number', params: { number: String(number) } }),
  interface: (id: number): Place => ({ to: '/interfaces/$id', params: { id: nameInUrl(id) }, search: { interface: nameInUrl(id) } }),
  /** `kind`: of series that are kept. */
  course: (kind: string, name: string): Place => ({ to: '/course/$kind/$name', params: { kind, name } }),
  explore: (table: string, filter?: string): Place => ({
    to: '/explore/$table',
    params: { table },
    ...(filter ? { search: { filter } } : {}),
  }),
} as const

/** The list that a value stands in: a click on a value can change its filter. */
export interface ListScope {
  readonly entity: string
  readonly filter: string
  setFilter(filter: string): void
}
export const ListContext = createContext<ListScope | undefined>(undefined)
export const useListScope = () => useContext(ListContext)
