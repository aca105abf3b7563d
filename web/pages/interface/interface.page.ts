import { page } from '../../lib/page.ts'

export default page({ path: '/interfaces/$id', title: 'interface', load: () => import('./interface-page.tsx') })
