import { risk } from './risk.ts'

export default risk({
  id: 44,
  name: 'Crawler/Bot',
  severity: 'Low',
  blame: 'server',
  about: 'A crawler reads the site, by its own word: fine when it is a search engine, a burden when it is not.',
  of: ['HTTP', 'HTTP2'],
  check(flow) {
    const agent = flow.text('userAgent')
    return CRAWLER.test(agent) ? agent : undefined
  },
})

const CRAWLER = /bot\b|crawl|spider|slurp|facebookexternalhit/i
