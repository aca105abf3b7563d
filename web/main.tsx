import 'bootstrap/dist/css/bootstrap.min.css'
import './styles/tokens.css'
import './styles/frame.css'
import './styles/parts.css'
import './lib/theme.ts'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError, Unreachable } from './lib/api.ts'
import { lost, start } from './lib/live-store.ts'
import { router } from './routes.tsx'

const client = new QueryClient({
  queryCache: new QueryCache({ onError: (error) => error instanceof Unreachable && lost() }),
  defaultOptions: {
    queries: {
      staleTime: 500,
      refetchOnWindowFocus: true,
      // What was asked wrongly is not asked again.
      retry: (failures, error) => !(error instanceof ApiError && error.status < 500) && failures < 2,
    },
  },
})

start()
createRoot(document.getElementById('console')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>
  </StrictMode>,
)
