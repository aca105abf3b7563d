import { page } from '../../lib/page.ts'

export default page({
  path: '/applications',
  title: 'applications',
  rail: { order: 40, icon: 'applications', letter: 'a' },
  load: () => import('./applications-page.tsx'),
})
