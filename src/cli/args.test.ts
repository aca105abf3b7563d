import { describe, expect, it } from 'vitest'
import { parseArgs } from './args.ts'
import { parseConfig } from './config-file.ts'
import { options } from './options.ts'
import { UsageError } from './usage-error.ts'

const files: Record<string, string> = {
  'a.conf': '-w=4000\nverbose\ninterface one.pcap\n',
  'b.conf': '--max-num-hosts 5000\n-w 5000\n',
  'pending.conf': '\n\n-l=\n',
  'nested.conf': 'config=a.conf\n',
  'unknown.conf': '# x\n-Y=1\n',
  'bare.conf': '-i\n',
}
const readConfig = (path: string) => parseConfig(files[path] ?? '', path)
const parse = (...argv: string[]) => parseArgs(options, argv, { configFiles: true, readConfig }).values
const local = (port: number) => ({ host: '127.0.0.1', port })

describe('parseArgs', () => {
  const accepted: [string[], Partial<ReturnType<typeof parse>>][] = [
    [[], { interface: [], verbose: false, httpPort: local(3000), maxNumHosts: 65_536, maxNumFlows: 131_072, localNetworks: undefined }],
    [['-i', 'a.pcap', '--interface', 'b.pcap', '--interface=c.pcap'], { interface: ['a.pcap', 'b.pcap', 'c.pcap'] }],
    [['-ia.pcap'], { interface: ['a.pcap'] }],
    [['-i=a.pcap'], { interface: ['a.pcap'] }],
    [['-i', '-'], { interface: ['-'] }],
    [['-w', '1', '-w', '2'], { httpPort: local(2) }],
    [['--listen', '8080'], { httpPort: local(8080) }],
    [['-vx4096'], { verbose: true, maxNumHosts: 4096 }],
    [['-v='], { verbose: true }],
    [['-v', '--verbose=no'], { verbose: false }],
    [['-m', '10.0.0.0/255.0.0.0'], { localNetworks: ['10.0.0.0/8'] }],
    [['-B', 'udp port 53'], { packetFilter: 'udp port 53' }],
    [['-B="udp port 53"'], { packetFilter: 'udp port 53' }],
    [['--packet-filter', " 'not port 22' "], { packetFilter: 'not port 22' }],
    [['--original-speed', '--no-color', '--max-upload-bytes', '2G'], { originalSpeed: true, noColor: true, maxUploadBytes: 2 ** 31 }],
    [['a.conf'], { httpPort: local(4000), verbose: true, interface: ['one.pcap'] }],
    [['a.conf', '-w', '6000', '-i', 'two.pcap'], { httpPort: local(6000), interface: ['one.pcap', 'two.pcap'] }],
    [['-w', '6000', 'a.conf'], { httpPort: local(4000) }],
    [
      ['-i', 'zero.pcap', 'a.conf', 'b.conf', '-v=0'],
      { httpPort: local(5000), maxNumHosts: 5000, verbose: false, interface: ['zero.pcap', 'one.pcap'] },
    ],
    [['--config', 'b.conf'], { httpPort: local(5000), config: ['b.conf'] }],
    [['--config=b.conf', '--', 'a.conf'], { httpPort: local(4000) }],
    [['-l', '--nonsense', '-w', 'x', '-h'], { help: true }],
    [['-l', '--version'], { version: true }],
  ]
  it.each(accepted)('%j', (argv, expected) => expect(parse(...argv)).toMatchObject(expected))

  const refused: [string[], string][] = [
    [
      ['--redis', 'localhost:x', '-v'],
      'option --redis: give HOST[:PORT][@DATABASE], /PATH/OF/SOCKET[@DATABASE], redis://[USER@]HOST[:PORT][/DATABASE] or rediss://… (encrypted)',
    ],
    [['-H'], 'option -H (alerts): not yet available in this version'],
    [['-vl'], 'option -l (users and log-in): not yet available in this version'],
    [['-i'], 'option -i needs a value: -i INPUT'],
    [['--data-dir='], 'option --data-dir needs a value: --data-dir DIR'],
    [['--interfce', 'a.pcap'], 'unknown option --interfce: did you mean --interface?'],
    [['--max-num'], 'unknown option --max-num: did you mean --max-num-hosts?'],
    [['--flux-capacitor'], 'unknown option --flux-capacitor: see wiretop --help'],
    [['-z'], 'unknown option -z: see wiretop --help'],
    [['-x', '12'], 'option -x: must be a whole number from 1024 to 16777216'],
    [['-v=maybe'], 'option -v: takes no value, or one of 1, true, yes, on, 0, false, no, off'],
    [['-m', '10.0.0.0/8,nonsense'], "option -m: has 'nonsense', which is no network: write 192.168.1.0/24, 10.0.0.0/255.0.0.0 or fd00::/8"],
    [['-B', '""'], 'option -B: is empty: leave it out to take all packets'],
    [
      ['-i', 'netflow://0.0.0.0?colour=red'],
      'option -i: netflow://0.0.0.0?colour=red: colour is no option of a collector: there are allow, sampling, repeats, cert and key',
    ],
    [['pending.conf'], 'pending.conf:3: option -l (users and log-in): not yet available in this version'],
    [['unknown.conf'], 'unknown.conf:2: unknown option -Y: see wiretop --help'],
    [['nested.conf'], 'nested.conf:1: a configuration file inside another: put its lines here'],
    [['bare.conf', 'x.pcap'], 'bare.conf:1: option -i needs a value: -i INPUT'],
    [['-l', '--nonsense'], 'option -l (users and log-in): not yet available in this version'],
  ]
  it.each(refused)('%j is refused', (argv, message) => {
    expect(() => parse(...argv)).toThrow(new UsageError(message))
  })

  it('keeps operands apart where they are no configuration files', () => {
    const { operands } = parseArgs(options, ['a.pcap', '-v', '-', '--', '-b.pcap', '--'])
    expect(operands).toEqual(['a.pcap', '-', '-b.pcap', '--'])
  })

  it('lets nothing unprintable out of a file of anything', () => {
    files['evil.conf'] = '--\u001b[31m\u009b=1\n'
    expect(() => parse('evil.conf')).toThrow(/^evil\.conf:1: unknown option --\ufffd\[31m\ufffd: see/)
  })
})
