import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { purgeBootstrap } from './build/purge-bootstrap.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const probe = process.env['WIRETOP_URL'] ?? 'http://127.0.0.1:3000'

export default defineConfig({
  root: here,
  plugins: [purgeBootstrap(here), react()],
  build: {
    outDir: `${here}dist`,
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows no data: URLs and no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { port: 5173, proxy: { '/api': { target: probe, ws: true } } },
})
