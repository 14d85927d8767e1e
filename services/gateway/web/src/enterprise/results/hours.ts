/** The table of a day's hours, and what of it is to be sent. Hours are China's. */
import type { Column, Row } from '../../blocks/grid'
import { hourOf } from '../../blocks/wording'
import type { PlannedItem } from './planned'

export interface Kept {
  item_id: string
  time: string
  value: string
  converted: string | null
  flag: string
}
export interface SentValue {
  item_id: string
  hour: string
  value: string
  converted: string | null
  flag: 'N' | 'F' | 'M' | 'S' | 'D' | 'C' | 'T' | 'B'
}

export const converted = (item_id: string): string => `${item_id}:converted`
export const flag = (item_id: string): string => `${item_id}:flag`

/** The moments at which the 24 hours of a day begin. */
export function hoursOf(day: string): string[] {
  return Array.from({ length: 24 }, (_, hour) => `${day}T${String(hour).padStart(2, '0')}:00:00+08:00`)
}

/** A row for each hour, holding what was entered or received already. */
export function rowsOf(day: string, items: PlannedItem[], kept: Kept[]): Row[] {
  const present = new Map(kept.map((value) => [`${value.item_id} ${new Date(value.time).getTime()}`, value]))
  return hoursOf(day).map((hour) => {
    const row: Row = { hour, label: hourOf(hour) }
    for (const item of items) {
      const value = present.get(`${item.item_id} ${new Date(hour).getTime()}`)
      row[item.item_id] = value?.value ?? ''
      row[converted(item.item_id)] = value?.converted ?? ''
      row[flag(item.item_id)] = value?.flag ?? 'N'
    }
    return row
  })
}

export function columnsOf(items: PlannedItem[], flags: Readonly<Record<string, string>> | null): Column[] {
  const choices = Object.entries(flags ?? {}).map(([value, text]) => ({ value, label: `${value} ${text}` }))
  const columns: Column[] = [{ key: 'label', label: '时段', fixed: true }]
  for (const item of items) {
    const unit = item.unit ? `（${item.unit}）` : ''
    columns.push({ key: item.item_id, label: `${item.name}${item.oxygen === null ? '' : '实测'}${unit}`, kind: 'number' })
    if (item.oxygen !== null) columns.push({ key: converted(item.item_id), label: `${item.name}折算${unit}`, kind: 'number' })
    if (flags) columns.push({ key: flag(item.item_id), label: `${item.name}标记`, kind: 'select', choices })
  }
  return columns
}

/** What was filled in or changed, and at which cells it stands; cells that were emptied are named, for a value is never taken away. */
export function changes(rows: Row[], before: Row[], items: PlannedItem[]): { values: SentValue[]; places: string[][]; emptied: string[] } {
  const values: SentValue[] = []
  const places: string[][] = []
  const emptied: string[] = []
  rows.forEach((row, index) => {
    for (const { item_id } of items) {
      const keys = [item_id, converted(item_id), flag(item_id)]
      const [value, second, mark] = keys.map((key) => String(row[key] ?? '').trim())
      const [was, wasSecond, wasMark] = keys.map((key) => String(before[index]?.[key] ?? '').trim())
      if (value === was && second === wasSecond && mark === wasMark) continue
      if (!value && was) emptied.push(`rows.${index}.${item_id}`)
      if (!value && !second && !was) continue
      values.push({ item_id, hour: String(row.hour), value, converted: second || null, flag: mark as SentValue['flag'] })
      places.push(keys.map((key) => `rows.${index}.${key}`))
    }
  })
  return { values, places, emptied }
}

/** The server's messages at `values.<n>.<field>` as messages at the cells that the values came from. */
export function atCells(fields: Record<string, string[]>, places: string[][]): Record<string, string[]> {
  const cells: Record<string, string[]> = {}
  for (const [path, messages] of Object.entries(fields)) {
    const [list, number, field] = path.split('.')
    const place = list === 'values' ? places[Number(number)] : undefined
    const cell = place ? place[field === 'converted' ? 1 : field === 'flag' ? 2 : 0] : path
    cells[cell] = [...(cells[cell] ?? []), ...messages]
  }
  return cells
}
