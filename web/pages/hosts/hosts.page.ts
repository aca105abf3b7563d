import { page } from '../../lib/page.ts'

export default page({
  path: '/hosts',
  title: 'hosts',
  rail: { order: 30, icon: 'hosts', letter: 'h' },
  load: () => import('./hosts-page.tsx'),
})
