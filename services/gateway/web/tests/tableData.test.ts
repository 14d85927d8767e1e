import { describe, expect, it } from 'vitest'
import { readTable } from '../src/disclosure/tableData'

function table(html: string): HTMLTableElement {
  document.body.innerHTML = html
  return document.querySelector('table') as HTMLTableElement
}

describe('a result table as a chart', () => {
  it('reads hours with one series for each item, gaps and exceedance', () => {
    const data = readTable(
      table(`<table><thead><tr><th>时段</th><th data-name="氮氧化物" data-unit="mg/m³" data-limit="50">氮氧化物</th><th data-name="烟尘" data-limit="">烟尘</th></tr></thead>
        <tbody><tr><th>00:00–01:00</th><td data-value="45.1">45.1</td><td>—</td></tr>
        <tr><th>01:00–02:00</th><td class="number exceeds" data-value="52.5">52.5</td><td data-value="">未检出</td></tr></tbody></table>`),
    )
    expect(data.labels).toEqual(['00:00–01:00', '01:00–02:00'])
    expect(data.groups.map((group) => group.name)).toEqual(['氮氧化物'])
    expect(data.groups[0].series[0]).toMatchObject({ unit: 'mg/m³', limit: 50, values: [45.1, 52.5], exceeding: [false, true] })
  })

  it('turns newest-first days round, draws a group together, and leaves withheld days open', () => {
    const data = readTable(
      table(`<table><thead><tr><th>日期</th><th>数</th><th data-name="最低值" data-group="range">最低</th><th data-name="最高值" data-group="range">最高</th></tr></thead>
        <tbody><tr><th>2026-01-02</th><td colspan="3">依法不予公开</td></tr>
        <tr><th>2026-01-01</th><td>2</td><td data-value="1">1</td><td data-value="3">3</td></tr></tbody></table>`),
    )
    expect(data.labels).toEqual(['2026-01-01', '2026-01-02'])
    expect(data.groups).toHaveLength(1)
    expect(data.groups[0].series.map((series) => series.values)).toEqual([[1, null], [3, null]])
  })
})
