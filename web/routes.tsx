/** The table of pages, from the *.page.ts files: routes, rail, menu and search derive from it. */
import { type AnyRoute, createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { Frame } from './components/frame/frame.tsx'
import { Empty, Failed, Skeleton } from './components/panel.tsx'
import { t } from './lib/messages.ts'
import { Go } from './lib/nav.tsx'
import type { Page } from './lib/page.ts'
import { parseView, stringifyView } from './lib/url-state.ts'

const found = import.meta.glob<{ readonly default: Page }>('./pages/*/*.page.ts', { eager: true })
export const pages: readonly Page[] = Object.values(found).map((module) => module.default)
/** In the rail, in its order. */
export const railPages: readonly Page[] = pages.filter(({ rail }) => rail).sort((a, b) => a.rail!.order - b.rail!.order)
/** What can be gone to by its name alone. */
export const menuPages: readonly Page[] = pages.filter(({ path }) => !path.includes('$'))
export const pageOf = (path: string): Page | undefined => pages.find((page) => page.path === path)

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound })
// Paths come from files, so the router's own types cannot know them: places are made by `lib/nav.tsx`.
const routes = pages.map(
  (page): AnyRoute =>
    createRoute({ getParentRoute: () => root as AnyRoute, path: page.path, component: lazyRouteComponent(page.load as never) }) as never,
)

function NotFound() {
  return (
    <Empty title={t('notFound')}>
      <Go place={{ to: '/' }}>{t('notFound.home')}</Go>
    </Empty>
  )
}

export const router = createRouter({
  routeTree: root.addChildren(routes),
  parseSearch: parseView,
  stringifySearch: stringifyView,
  defaultPreload: 'intent',
  defaultPreloadDelay: 30,
  defaultPendingMs: 150,
  defaultPendingComponent: () => <Skeleton rows={12} />,
  defaultErrorComponent: ({ error, reset }) => <Failed error={error as Error} retry={reset} />,
  scrollRestoration: true,
  pathParamsAllowedCharacters: [':', '@'],
})
