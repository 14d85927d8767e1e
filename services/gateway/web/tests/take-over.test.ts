import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Schema } from '../src/blocks/api'
import { countsOf, type PointRow, rowOf, takeOver } from '../src/enterprise/points/take-over'

/** The platform's answers in turn; null breaks the connection. */
let answers: ({ status: number; body: object } | null)[] = []
let sent: { url: string; key: string; body: Record<string, unknown> }[] = []
const before = globalThis.fetch

beforeEach(() => {
  sent = []
  globalThis.fetch = (async (url: string, options: RequestInit) => {
    const headers = options.headers as Record<string, string>
    sent.push({ url, key: headers['Idempotency-Key'], body: JSON.parse(String(options.body)) as Record<string, unknown> })
    const answer = answers.shift()
    if (!answer) throw new TypeError('network')
    return new Response(JSON.stringify(answer.body), { status: answer.status })
  }) as typeof fetch
})
afterEach(() => {
  globalThis.fetch = before
})

const done = (id: string) => ({ status: 200, body: { id, version: 1 } })
function proposal(): Schema<'enterprise.ProposalView'> {
  const item = (code: string, text: string) => ({
    requirements: [code], pollutant: code, pollutant_code: code, pollutant_name: code, method: 'manual' as const, frequency: '1/quarter',
    frequency_wording: '1次/季', limits: { lower: null, upper: '50', unit: 'mg/m³', text }, flags: [],
  })
  return {
    permit_point: { key: 'DA001', code: 'DA001', name: '锅炉', category: 'exhaust' }, own_point_id: null, flags: [],
    point: { code: 'FQ-001', name: '锅炉', kind: 'organised-exhaust', emission_standard: '暂无', valid_from: '2026-01-01', valid_to: '2030-12-31' },
    items: [item('a1', '50'), item('a2', '50(8)')],
  } as unknown as Schema<'enterprise.ProposalView'>
}
const go = (rows: PointRow[]) => takeOver('D1', rows, () => false)

it('E5 E6 E9 takes a point, its items and its match over, one after the other', async () => {
  const rows = [rowOf(proposal())]
  answers = [done('P1'), done('I1'), done('I2'), done('M')]
  expect(await go(rows)).toBeNull()
  expect(sent.map((one) => one.url)).toEqual([
    '/api/v1/dischargers/D1/points', '/api/v1/points/P1/items', '/api/v1/points/P1/items', '/api/v1/dischargers/D1/matching/pairs',
  ])
  expect(new Set(sent.map((one) => one.key)).size).toBe(4)
  expect(countsOf(rows)).toEqual({ done: 4, failed: 0, all: 4 })
})

it('E6 goes on where the connection broke, with the same key', async () => {
  const rows = [rowOf(proposal())]
  answers = [done('P1'), null]
  expect((await go(rows))?.lost).toBe(true)
  answers = [done('I1'), done('I2'), done('M')]
  expect(await go(rows)).toBeNull()
  expect(sent[2].url).toBe(sent[1].url)
  expect(sent[2].key).toBe(sent[1].key)
  expect(countsOf(rows)).toEqual({ done: 4, failed: 0, all: 4 })
})

it('E6 tells what was refused at its row, goes on with the others, and sends only what is left afterwards', async () => {
  const rows = [rowOf(proposal())]
  const refusal = { status: 422, body: { code: 'item.method-required', detail: '有内容填写不正确', errors: [{ field: 'monitoring_method', messages: ['手工监测必须填写监测方法和方法来源'] }] } }
  answers = [done('P1'), refusal, done('I2'), done('M')]
  expect(await go(rows)).toBeNull()
  expect(rows[0].items[0].message).toBe('手工监测必须填写监测方法和方法来源')
  expect(countsOf(rows)).toEqual({ done: 3, failed: 1, all: 4 })
  rows[0].items[0].monitoring_method = '重量法'
  answers = [done('I1')]
  await go(rows)
  expect(sent).toHaveLength(5)
  expect(sent[4].key).not.toBe(sent[1].key)
})

it('E12 sends the wording of a limit only with the bounds that the permit has', async () => {
  const rows = [rowOf(proposal())]
  rows[0].items[0].upper = '40'
  answers = [done('P1'), done('I1'), done('I2'), done('M')]
  await go(rows)
  expect(sent[1].body.limits).toEqual({ lower: null, upper: '40', unit: 'mg/m³', text: '' })
  expect(sent[2].body.limits).toEqual({ lower: null, upper: '50', unit: 'mg/m³', text: '50(8)' })
})

it('E5 leaves out what is not ticked, and takes an own point that is there', async () => {
  const there = rowOf({ ...proposal(), own_point_id: 'P9' })
  there.items[0].chosen = there.match.chosen = false
  const off = rowOf(proposal())
  off.chosen = false
  answers = [done('I2')]
  await go([there, off])
  expect(sent.map((one) => one.url)).toEqual(['/api/v1/points/P9/items'])
})
