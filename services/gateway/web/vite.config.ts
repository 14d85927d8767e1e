import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [
    vue(),
    // Only Element Plus' parts are found by their tags; our own are imported by name.
    Components({ dirs: [], dts: 'components.d.ts', resolvers: [ElementPlusResolver({ importStyle: 'css', directives: false })] }),
  ],
  // The gateway serves index.html for /console/… itself, and these files below /assets/.
  base: '/',
  build: {
    target: 'chrome86',
    outDir: process.env.WEB_OUT ?? '../selfmon_gateway/built',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    // The disclosure site's pages are made by the gateway, which finds the entry's file in the manifest.
    rollupOptions: { input: ['index.html', 'src/disclosure.ts'] },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/sign-in', '/sign-out', '/static', '/public', '/unsupported'].map((path) => [path, { target: process.env.PLATFORM ?? 'http://127.0.0.1:8000', changeOrigin: false }]),
    ),
  },
  test: { environment: 'happy-dom', include: ['tests/**/*.test.ts'], server: { deps: { inline: ['element-plus'] } } },
})
