import { page } from '../../lib/page.ts'

export default page({ path: '/course/$kind/$name', title: 'course', under: '/explore', load: () => import('./course-page.tsx') })
