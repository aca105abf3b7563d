import { risk } from './risk.ts'

export default risk({
  id: 44,
  name: 'Crawler/Bot',
  severity: 'Low',
  blame: 'server',
  about:
    'A crawler reads the site, by its own word or because it asks what it may read: fine when it is a search engine, a burden when it is not.',
  of: ['HTTP', 'HTTP2'],
  fields: ['userAgent', 'url'],
  check(flow) {
    const agent = flow.text('userAgent')
    if (CRAWLER.test(agent)) return agent
    return ROBOTS.test(flow.text('url')) ? `asks for ${flow.text('url')}` : undefined
  },
})

/** What only crawlers read (RFC 9309 §2.3). */
const ROBOTS = /^[^/]*\/robots\.txt$/

const CRAWLER = /bot\b|crawl|spider|slurp|facebookexternalhit/i
