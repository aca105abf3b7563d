import { page } from '../../lib/page.ts'

export default page({
  path: '/flows',
  title: 'flows',
  rail: { order: 20, icon: 'flows', letter: 'f' },
  load: () => import('./flows-page.tsx'),
})
