import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CgroupNames, readCgroup } from './cgroup.ts'

const ID = '0123456789abcdef'.repeat(4)
const SHORT = '0123456789ab'
const POD = '6a2c1b4d-1111-2222-3333-0123456789ab'

test.each<[string, string, CgroupNames]>([
  ['a system service', '0::/system.slice/nginx.service\n', { service: 'nginx' }],
  ['an instance with an escaped name', '0::/system.slice/system-openvpn.slice/openvpn@my\\x2dvpn.service', { service: 'openvpn@my-vpn' }],
  ['a group below a service', '0::/system.slice/postgresql.service/workers', { service: 'postgresql' }],
  ["a user's service", '0::/user.slice/user-1000.slice/user@1000.service/app.slice/syncthing.service', { service: 'syncthing' }],
  ['an application of a desktop', '0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-firefox-12.scope', {}],
  ['a login', '0::/user.slice/user-1000.slice/session-3.scope', {}],
  ['docker by systemd', `0::/system.slice/docker-${ID}.scope`, { container: SHORT, engine: 'docker' }],
  ['docker, first version', `12:pids:/docker/${ID}\n0::/`, { container: SHORT, engine: 'docker' }],
  [
    'docker in a service of the first version',
    `4:cpu:/docker/${ID}\n1:name=systemd:/system.slice/docker.service`,
    {
      container: SHORT,
      engine: 'docker',
      service: 'docker',
    },
  ],
  [
    'podman of a user',
    `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope/container`,
    {
      container: SHORT,
      engine: 'podman',
    },
  ],
  [
    'a pod of Kubernetes by systemd',
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${POD.replaceAll('-', '_')}.slice/cri-containerd-${ID}.scope`,
    { container: SHORT, engine: 'containerd', pod: POD },
  ],
  ['a pod, first version', `9:memory:/kubepods/besteffort/pod${POD}/${ID}`, { container: SHORT, engine: 'containerd', pod: POD }],
  [
    'a pod by names with colons',
    `0::/system.slice/containerd.service/kubepods-besteffort-pod${POD.replaceAll('-', '_')}.slice:cri-containerd:${ID}`,
    { container: SHORT, engine: 'containerd', pod: POD, service: 'containerd' },
  ],
  ['CRI-O', `0::/kubepods.slice/crio-${ID}.scope`, { container: SHORT, engine: 'cri-o' }],
  ['LXC', '0::/lxc.payload.web01/system.slice/nginx.service', { container: 'web01', engine: 'lxc', service: 'nginx' }],
  ['LXC, first version', '3:cpu:/lxc/web01', { container: 'web01', engine: 'lxc' }],
  ['nspawn', '0::/machine.slice/systemd-nspawn@deb.service/payload', { container: 'deb', engine: 'nspawn', service: 'systemd-nspawn@deb' }],
  ['a virtual machine', '0::/machine.slice/machine-qemu\\x2d1\\x2dwin.scope', {}],
  ['a number that is no container', `4:memory:/jobs/${ID}`, {}],
  ['nothing', '', {}],
  ['the root', '0::/', {}],
])('%s', (_, text, expected) => {
  expect(readCgroup(text)).toEqual(expected)
})

test('no text makes it throw', () => {
  const segment = fc.constantFrom(
    'docker',
    'lxc',
    '..',
    `docker-${ID}.scope`,
    'x.service',
    '.service',
    'user@1.service',
    `pod${POD}`,
    ID,
    '\\x2d',
  )
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 60 }), fc.string(), (path, tail) => {
      readCgroup(`0::/${path.join('/')}${tail}`)
    }),
    { seed: 1, numRuns: 1000 },
  )
})
