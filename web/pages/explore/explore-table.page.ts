import { page } from '../../lib/page.ts'

export default page({ path: '/explore/$table', title: 'explore', load: () => import('./explore-page.tsx') })
