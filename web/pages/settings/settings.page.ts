import { page } from '../../lib/page.ts'

export default page({
  path: '/settings',
  title: 'settings',
  rail: { order: 90, icon: 'settings', letter: 's' },
  load: () => import('./settings-page.tsx'),
})
