import { page } from '../../lib/page.ts'

export default page({
  path: '/explore',
  title: 'explore',
  rail: { order: 50, icon: 'explore', letter: 'e' },
  load: () => import('./past-page.tsx'),
})
