import { page } from '../../lib/page.ts'

export default page({ path: '/applications/protocols', title: 'protocols', load: () => import('./protocols-page.tsx') })
