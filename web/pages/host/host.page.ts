import { page } from '../../lib/page.ts'

export default page({ path: '/hosts/$address', title: 'host', load: () => import('./host-page.tsx') })
