// What a result table holds, read from its markup: heads with data-name are series, cells with data-value their values.

export interface Series {
  name: string
  unit: string
  /** What the limit is drawn at; null where it is no single upper bound. */
  limit: number | null
  values: (number | null)[]
  exceeding: boolean[]
}

/** What is drawn together: the heads of one data-group, or a head alone. */
export interface Group {
  name: string
  series: Series[]
}

export interface TableData {
  labels: string[]
  groups: Group[]
}

/** The table's rows, earliest first; groups without any value are left out. */
export function readTable(table: HTMLTableElement): TableData {
  const rows = Array.from(table.querySelectorAll('tbody tr'), cellsOf)
  const label = (cells: HTMLElement[]) => (cells[0].textContent ?? '').trim()
  if (rows.length > 1 && label(rows[0]) > label(rows[rows.length - 1])) rows.reverse()
  const groups = new Map<string, Group>()
  const head = table.querySelector('thead tr')
  for (const [index, { dataset }] of (head ? cellsOf(head) : []).entries()) {
    const { name, unit, limit, group } = dataset
    if (!name) continue
    const series = { name, unit: unit ?? '', limit: numberOf(limit), ...column(rows, index) }
    if (series.values.every((value) => value === null)) continue
    const key = group ?? `alone ${index}`
    const together = groups.get(key) ?? { name, series: [] }
    together.series.push(series)
    groups.set(key, together)
  }
  return { labels: rows.map(label), groups: Array.from(groups.values()) }
}

function cellsOf(row: Element): HTMLElement[] {
  return Array.from(row.querySelectorAll<HTMLElement>('th, td'))
}

function column(rows: HTMLElement[][], index: number): Pick<Series, 'values' | 'exceeding'> {
  const cells = rows.map((row): HTMLElement | undefined => row[index])
  return {
    values: cells.map((cell) => numberOf(cell?.dataset.value)),
    exceeding: cells.map((cell) => cell?.classList.contains('exceeds') ?? false),
  }
}

function numberOf(text: string | undefined): number | null {
  return text ? Number(text) : null
}
