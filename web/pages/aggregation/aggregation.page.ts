import { page } from '../../lib/page.ts'

export default page({
  path: '/aggregations/$kind/$protocol/$name',
  title: 'aggregations',
  under: '/applications',
  load: () => import('./aggregation-page.tsx'),
})
