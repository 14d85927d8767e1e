import { LineChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent, TooltipComponent, LegendComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { readTable, type Group, type TableData } from './tableData'

echarts.use([LineChart, GridComponent, MarkLineComponent, TooltipComponent, LegendComponent, CanvasRenderer])

const LINES = ['#1556b6', '#8a5a00']
const DANGER = '#c9302c'
const QUIET = '#5a6270'
let drawn = 0

/** Draw a table's chart above it, first of what exceeds its limit; a table without numbers gets none. */
export function drawBefore(table: HTMLTableElement): void {
  const data = readTable(table)
  if (!data.groups.length || data.labels.length < 2) return
  const figure = document.createElement('figure')
  figure.className = 'chart'
  const drawing = document.createElement('div')
  drawing.className = 'drawing'
  drawing.setAttribute('role', 'img')
  figure.append(drawing)
  const place = table.closest('.table') ?? table
  place.parentElement?.insertBefore(figure, place)
  const chart = echarts.init(drawing)
  const title = table.dataset.chartName ?? ''
  const show = (group: Group) => {
    const name = group.series.length > 1 || data.groups.length === 1 ? title : `${title} ${group.name}`
    drawing.setAttribute('aria-label', `${name}，折线图。数值见下表。`)
    chart.setOption(optionOf(data, group), true)
  }
  const first = data.groups.find((group) => group.series.some((series) => series.exceeding.includes(true))) ?? data.groups[0]
  if (data.groups.length > 1) figure.prepend(picker(data.groups, first, show))
  show(first)
  new ResizeObserver(() => chart.resize()).observe(drawing)
}

function picker(groups: Group[], first: Group, show: (group: Group) => void): HTMLElement {
  const pick = document.createElement('div')
  pick.className = 'pick'
  const label = document.createElement('label')
  const select = document.createElement('select')
  select.id = `chart-${++drawn}`
  label.htmlFor = select.id
  label.textContent = '图中项目'
  select.append(...groups.map((group, index) => new Option(group.name, String(index))))
  select.value = String(groups.indexOf(first))
  select.addEventListener('change', () => show(groups[Number(select.value)]))
  pick.append(label, select)
  return pick
}

function optionOf(data: TableData, group: Group): echarts.EChartsCoreOption {
  const many = group.series.length > 1
  return {
    animation: false,
    color: LINES,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    // The policy allows no style attributes, which the HTML form of the tooltip is made of.
    tooltip: { trigger: 'axis', renderMode: 'richText', confine: true },
    legend: many ? { top: 0, right: 16 } : undefined,
    grid: { left: 16, right: 72, top: 44, bottom: 8, containLabel: true },
    xAxis: { type: 'category', data: data.labels, boundaryGap: false, axisLabel: { color: QUIET, formatter: (text: string) => text.split('–')[0] } },
    yAxis: { type: 'value', name: group.series[0].unit, nameTextStyle: { color: QUIET, align: 'left' }, axisLabel: { color: QUIET } },
    series: group.series.map((series) => ({
      name: series.name,
      type: 'line',
      symbolSize: 7,
      data: series.values.map((value, index) => ({
        value: value ?? '-',
        symbol: series.exceeding[index] ? 'diamond' : 'circle',
        symbolSize: series.exceeding[index] ? 13 : 5,
        itemStyle: series.exceeding[index] ? { color: DANGER } : undefined,
      })),
      markLine:
        series.limit === null
          ? undefined
          : {
              silent: true,
              symbol: 'none',
              lineStyle: { color: DANGER, type: 'dashed' },
              label: { formatter: `限值 ${series.limit}`, color: DANGER },
              data: [{ yAxis: series.limit }],
            },
    })),
  }
}
