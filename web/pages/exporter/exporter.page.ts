import { page } from '../../lib/page.ts'

export default page({ path: '/exporters/$number', title: 'exporter', load: () => import('./exporter-page.tsx') })
