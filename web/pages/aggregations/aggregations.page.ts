import { page } from '../../lib/page.ts'

export default page({
  path: '/aggregations',
  title: 'aggregations',
  under: '/applications',
  load: () => import('./aggregations-page.tsx'),
})
