/** The text exposition format of Prometheus, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export interface Metric {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]
}

export const metricsText = (metrics: readonly Metric[]): string => metrics.map(metricText).join('')

function metricText({ name, type, help, samples }: Metric): string {
  const lines = samples.map(({ labels, value }) => `${name}${labelsText(labels)} ${numberText(value)}\n`)
  return `# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }
/** Other line ends end no line of the format, but might one of its readers. */
const escaped = (value: string) =>
  value
    .replace(/[\\"\n]/g, (c) => ESCAPES[c]!)
    .replace(/[\r\u2028\u2029]/g, ' ')
    .toWellFormed()

const numberText = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
