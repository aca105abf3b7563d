import { page } from '../../lib/page.ts'

export default page({
  path: '/instances',
  title: 'instances',
  rail: { order: 70, icon: 'instances', letter: 'n' },
  load: () => import('./instances-page.tsx'),
})
