import { describe, expect, test } from 'vitest'
import { atCells, changes, columnsOf, converted, hoursOf, rowsOf } from '../src/enterprise/results/hours'
import { asked, momentFrom } from '../src/enterprise/results/days'
import { limitText, type PlannedItem } from '../src/enterprise/results/planned'
import { leadsTo } from '../src/account/noticed'

const NOX: PlannedItem = {
  item_id: 'nox', name: '氮氧化物', method: 'automatic', frequency: '连续监测', unit: 'mg/m³', limit: '60 mg/m³', oxygen: '3', monitoring_method: '', owed: 24, monitored: 0,
}
const DAY = '2026-03-01'
const KEPT = [{ item_id: 'nox', time: '2026-03-01T02:00:00Z', value: '41.2', converted: '44', flag: 'N' }]

describe('a day of hours to fill in', () => {
  test('D1: a day has 24 hours of Chinese time and shows what is there', () => {
    const rows = rowsOf(DAY, [NOX], KEPT)
    expect(hoursOf(DAY)[0]).toBe('2026-03-01T00:00:00+08:00')
    expect(rows).toHaveLength(24)
    expect(rows[10]).toMatchObject({ label: '10:00–11:00', nox: '41.2', [converted('nox')]: '44' })
    expect(rows[23].label).toBe('23:00–24:00')
  })

  test('D4: the converted value is asked where a reference oxygen stands', () => {
    expect(columnsOf([NOX], null).map((column) => column.label)).toEqual(['时段', '氮氧化物实测（mg/m³）', '氮氧化物折算（mg/m³）'])
    expect(columnsOf([{ ...NOX, oxygen: null }], null)).toHaveLength(2)
  })

  test('D1b: only what was filled in or changed is sent', () => {
    const before = rowsOf(DAY, [NOX], KEPT)
    const rows = rowsOf(DAY, [NOX], KEPT)
    rows[3].nox = ' 12.5 '
    rows[10][converted('nox')] = '45'
    const sent = changes(rows, before, [NOX])
    expect(sent.values).toEqual([
      { item_id: 'nox', hour: '2026-03-01T03:00:00+08:00', value: '12.5', converted: null, flag: 'N' },
      { item_id: 'nox', hour: '2026-03-01T10:00:00+08:00', value: '41.2', converted: '45', flag: 'N' },
    ])
    expect(changes(before, before, [NOX]).values).toEqual([])
  })

  test('D4: a value that was emptied is named for it is never taken away', () => {
    const rows = rowsOf(DAY, [NOX], KEPT)
    rows[10].nox = ''
    expect(changes(rows, rowsOf(DAY, [NOX], KEPT), [NOX]).emptied).toEqual(['rows.10.nox'])
  })

  test('D1b: the servers messages come to the cells they speak of', () => {
    const rows = rowsOf(DAY, [NOX], [])
    rows[7].nox = 'abc'
    rows[9].nox = '1'
    const { places } = changes(rows, rowsOf(DAY, [NOX], []), [NOX])
    const cells = atCells({ 'values.0.value': ['应为数值'], 'values.1.converted': ['应为数值'], 'values.1.hour': ['尚未到来'], other: ['别的'] }, places)
    expect(cells).toEqual({ 'rows.7.nox': ['应为数值'], [`rows.9.${converted('nox')}`]: ['应为数值'], 'rows.9.nox': ['尚未到来'], other: ['别的'] })
  })
})

describe('days, limits and notices', () => {
  test('A1: a moment of a form is Chinese time', () => {
    expect(momentFrom('2026-03-01T08:30')).toBe('2026-03-01T08:30:00+08:00')
    expect(momentFrom('')).toBeNull()
    expect(asked('')).toBeNull()
  })

  test('E6: a limit is shown as written else from its bounds', () => {
    expect(limitText({ lower: '6', upper: '9', unit: '', text: '6~9' })).toBe('6~9')
    expect(limitText({ lower: null, upper: '60', unit: 'mg/m³', text: '' })).toBe('≤ 60 mg/m³')
    expect(limitText({ lower: null, upper: null, unit: 'mg/m³', text: '' })).toBe('')
  })

  test('R4: a notice leads an officer to the review and an enterprise to its own screen', () => {
    const notice = { screen: 'plan-reviews', subject: 's1', discharger_id: 'd1' } as Parameters<typeof leadsTo>[0]
    expect(leadsTo(notice, 'epb')).toEqual({ name: 'plan-review', params: { submission_id: 's1' } })
    expect(leadsTo({ ...notice, screen: 'uploads' }, 'epb')).toEqual({ name: 'epb-discharger', params: { discharger_id: 'd1', tab: 'uploads' } })
    expect(leadsTo({ ...notice, screen: 'plans' }, 'enterprise')).toEqual({ name: 'plan-import', params: { discharger_id: 'd1' } })
    expect(leadsTo({ ...notice, screen: 'account', discharger_id: null }, 'epb')).toEqual({ name: 'account' })
  })
})
