import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'WindowsUpdate',
  category: 'SoftwareUpdate',
  about: "Updates of Windows: the update agent's and Delivery Optimization's names",
  userAgents: ['windows-update-agent', 'microsoft-delivery-optimization'],
})
