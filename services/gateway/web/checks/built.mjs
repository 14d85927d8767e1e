// Holds the built files to what was promised: no syntax newer than Chromium 86 understands, and a small first load.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parse } from 'acorn'

const BUILT = process.env.WEB_OUT ?? new URL('../../selfmon_gateway/built/', import.meta.url).pathname
// Chromium 86 has what ES2021 has, but no class fields of ES2022 beyond public and private ones: 2021 is the safe edge.
const SYNTAX = 2021
const FIRST_LOAD = 250 * 1024

const failures = []
const assets = readdirSync(join(BUILT, 'assets'))
for (const name of assets.filter((asset) => asset.endsWith('.js'))) {
  try {
    parse(readFileSync(join(BUILT, 'assets', name), 'utf8'), { ecmaVersion: SYNTAX, sourceType: 'module', allowImportExportEverywhere: true })
  } catch (error) {
    // import.meta is newer in acorn's counting (2020) and old enough in browsers; anything else is a failure.
    failures.push(`${name}: syntax newer than ES${SYNTAX}: ${error.message}`)
  }
}

const page = readFileSync(join(BUILT, 'index.html'), 'utf8')
if (/<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=/.test(page)) failures.push('index.html: inline script or style')
const manifest = JSON.parse(readFileSync(join(BUILT, '.vite', 'manifest.json'), 'utf8'))
const first = new Set()
function follow(key) {
  const chunk = manifest[key]
  if (first.has(chunk.file)) return
  first.add(chunk.file)
  for (const sheet of chunk.css ?? []) first.add(sheet)
  for (const needed of chunk.imports ?? []) follow(needed)
}
follow('index.html')
const zipped = (file) => gzipSync(readFileSync(join(BUILT, file)), { level: 9 }).length
let size = zipped('index.html')
for (const file of first) size += zipped(file)
// The screens are loaded on demand; the largest of them is counted as part of the first visit.
const screens = Object.entries(manifest).filter(([key, chunk]) => chunk.isDynamicEntry && !key.includes('Chart') && key.startsWith('src/'))
const weigh = ([, chunk]) => {
  const seen = new Set()
  const walk = (piece) => {
    for (const file of [piece.file, ...(piece.css ?? [])]) if (!first.has(file)) seen.add(file)
    for (const needed of piece.imports ?? []) if (!first.has(manifest[needed].file) && !seen.has(manifest[needed].file)) walk(manifest[needed])
  }
  walk(chunk)
  return [...seen].reduce((total, file) => total + zipped(file), 0)
}
const largest = Math.max(0, ...screens.map(weigh))
console.log(`first load: ${Math.round(size / 1024)} kB, with the largest screen ${Math.round((size + largest) / 1024)} kB of ${FIRST_LOAD / 1024} kB (gzip)`)
if (size + largest > FIRST_LOAD) failures.push('the first load is too large')

if (failures.length) {
  console.error(failures.join('\n'))
  process.exit(1)
}
