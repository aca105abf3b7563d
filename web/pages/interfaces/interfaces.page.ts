import { page } from '../../lib/page.ts'

export default page({
  path: '/interfaces',
  title: 'interfaces',
  rail: { order: 60, icon: 'interfaces', letter: 'i' },
  load: () => import('./interfaces-page.tsx'),
})
