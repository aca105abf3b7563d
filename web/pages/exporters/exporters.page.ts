import { page } from '../../lib/page.ts'

export default page({
  path: '/exporters',
  title: 'exporters',
  rail: { order: 47, icon: 'exporters', letter: 'e' },
  load: () => import('./exporters-page.tsx'),
})
