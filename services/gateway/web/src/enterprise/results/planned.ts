import { read, type Schema } from '../../blocks/api'
import { today } from '../../blocks/wording'

export interface PlannedItem {
  item_id: string
  name: string
  method: string
  frequency: string
  unit: string
  limit: string
  /** 基准氧含量 where the standard judges the converted value. */
  oxygen: string | null
  monitoring_method: string
  owed: number
  monitored: number
}
export interface PlannedPoint {
  point_id: string
  code: string
  name: string
  items: PlannedItem[]
}
export interface Planned {
  /** None is in force: nothing can be entered. */
  plan_id: string | null
  points: PlannedPoint[]
}

/** What the plan in force has monitored, by point: the rows of this month's ledger, with what the points say of their items. */
export async function plannedItems(discharger_id: string): Promise<Planned> {
  const at = { discharger_id }
  const [ledger, points] = await Promise.all([
    read('/dischargers/{discharger_id}/ledger', at, { month: today().slice(0, 7) }),
    read('/dischargers/{discharger_id}/points', at),
  ])
  const known = new Map(points.flatMap((point) => point.items.map((item) => [item.item_id, item] as const)))
  const codes = new Map(points.map((point) => [point.point_id, point.code]))
  const byPoint = new Map<string, PlannedPoint>()
  for (const row of ledger.rows) {
    const point = byPoint.get(row.point_id) ?? { point_id: row.point_id, code: codes.get(row.point_id) ?? '', name: row.point_name, items: [] }
    const item = known.get(row.item_id)
    point.items.push({
      item_id: row.item_id,
      name: row.pollutant_name,
      method: row.method,
      frequency: row.frequency_wording,
      unit: item?.limits.unit ?? '',
      limit: item ? limitText(item.limits) : '',
      oxygen: item?.reference_oxygen ?? null,
      monitoring_method: item?.monitoring_method ?? '',
      owed: row.owed,
      monitored: row.monitored,
    })
    byPoint.set(row.point_id, point)
  }
  return { plan_id: ledger.plan_id, points: [...byPoint.values()] }
}

/** A limit as it is written, else from its bounds; empty for none. */
export function limitText(limits: Schema<'announced.Limits'>): string {
  const { lower, upper, text, unit } = limits
  const said = text || (lower !== null && upper !== null ? `${lower}–${upper}` : upper !== null ? `≤ ${upper}` : lower !== null ? `≥ ${lower}` : '')
  return said && unit ? `${said} ${unit}` : said
}

export function pointLabel(point: { code: string; name: string }): string {
  return [point.code, point.name].filter(Boolean).join(' ')
}
