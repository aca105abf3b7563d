import { page } from '../../lib/page.ts'

export default page({ path: '/flows/$id', title: 'flow', load: () => import('./flow-page.tsx') })
