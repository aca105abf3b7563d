/** Line icons on a grid of 16. */
const PATHS = {
  overview: 'M2 13V9m4 4V4m4 9V7m4 6V2',
  flows: 'M2 5h10l-3-3M14 11H4l3 3',
  hosts: 'M2.5 3h11v7.5h-11zM5.5 13.5h5M8 10.5v3',
  applications: 'M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5h4v4h-4z',
  programs: 'M2 3h12v10H2zM2 5.500h12M4.500 8l2 1.500-2 1.500M8 11h3.500',
  exporters: 'M2 3h5v3.5H2zM2 9.500h5V13H2zM7 4.700h4.500V8M7 11.300h4.500V8M9.500 6.500l2 1.500 2-1.500M4 4.700h.01M4 11.300h.01',
  minute: 'M8 14.5a6.500 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM8 4.500V8l2.500 2',
  saved: 'M4 2.500h8v11l-4-3.200-4 3.200z',
  explore: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM10.7 5.3 9.2 9.2 5.3 10.7 6.8 6.8z',
  interfaces: 'M3 3.5h10v6H3zM5.5 9.5v3M8 9.5v3M10.5 9.5v3M6 6.5h4',
  instances: 'M5.5 2h5v4h-5zM1.500 10h5v4h-5zM9.500 10h5v4h-5zM8 6v2M4 10V8h8v2',
  shield: 'M8 1.5l5.5 2v4c0 3.500-2.300 5.800-5.500 7-3.200-1.200-5.500-3.500-5.500-7v-4zM5.500 8l2 2 3.500-4',
  settings:
    'M2 4.5h6.5M11.5 4.5H14M10 6a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM2 11.5h2.5M7.5 11.5H14M6 13a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.7 10.7 14 14',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1.5V3M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1',
  moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z',
  auto: 'M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM8 2v12M8 4.5h3.5M8 8h6M8 11.5h3.5',
  keyboard: 'M1.5 4h13v8h-13zM4 6.5h.01M6.7 6.5h.01M9.3 6.5h.01M12 6.5h.01M4.5 9.5h7',
  close: 'M4 4l8 8M12 4l-8 8',
  down: 'M4 6l4 4 4-4',
  up: 'M4 10l4-4 4 4',
  right: 'M6 4l4 4-4 4',
  left: 'M10 4L6 8l4 4',
  more: 'M8 3.5h.01M8 8h.01M8 12.5h.01',
  filter: 'M2 3h12l-4.5 5.5V13L6.5 11.5v-3z',
  minus: 'M3.5 8h9',
  plus: 'M8 3.5v9M3.5 8h9',
  only: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 9.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z',
  open: 'M9 3h4v4M13 3 7.5 8.5M11.5 9.5v3.5h-8.5v-8.5h3.5',
  copy: 'M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8V3',
  lookUp: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM1.5 8h13M8 1.5c4 4 4 9 0 13M8 1.5c-4 4-4 9 0 13',
  upload: 'M8 11V3M4.5 6 8 2.5 11.5 6M2.5 10.5v3h11v-3',
  download: 'M8 2.5V11M4.5 7.5 8 11l3.5-3.5M2.5 10.5v3h11v-3',
  restart: 'M13.5 8a5.5 5.5 0 1 1-1.7-4M13.5 1.5v3.2h-3.2',
  play: 'M4.5 3v10l8-5z',
  rename: 'M2.5 13.5l.8-3.300 7.700-7.700 2.5 2.5-7.7 7.7zM9.5 4l2.5 2.5',
  remove: 'M2.5 4h11M6 4V2.5h4V4M4 4l.7 9.5h6.6L12 4',
  columns: 'M2.5 2.5h11v11h-11zM6.2 2.5v11M9.800 2.5v11',
  dense: 'M2 3.5h12M2 6.5h12M2 9.5h12M2 12.5h12',
  roomy: 'M2 4h12M2 8h12M2 12h12',
  hold: 'M5.5 3v10M10.5 3v10',
  warning: 'M8 2 14.5 13.5h-13zM8 6.5v3M8 11.5h.01',
  zoomOut: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.7 10.7 14 14M4.800 7h4.4',
  record: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM8 10.5a2.5 2.5 0 1 0 0-5 2.500 2.5 0 0 0 0 5zM8 9a1 1 0 1 0 0-2 1 1 0 0 0 0 2z',
  stop: 'M4 4h8v8H4z',
  capture: 'M3 1.5h6.5L13 5v9.5H3zM9.5 1.5V5H13M5.5 10h1l1-2.5 1.5 4 1-1.5h1',
} as const
export type IconName = keyof typeof PATHS

export function Icon({ name, size = 16 }: { readonly name: string; readonly size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name as IconName] ?? ''} />
    </svg>
  )
}
