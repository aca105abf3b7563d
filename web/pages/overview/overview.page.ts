import { page } from '../../lib/page.ts'

export default page({
  path: '/',
  title: 'overview',
  rail: { order: 10, icon: 'overview', letter: 'o' },
  load: () => import('./overview-page.tsx'),
})
