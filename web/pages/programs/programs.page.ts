import { page } from '../../lib/page.ts'

export default page({
  path: '/programs',
  title: 'programs',
  rail: { order: 45, icon: 'programs', letter: 'p' },
  load: () => import('./programs-page.tsx'),
})
