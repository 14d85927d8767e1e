/** The text of a spreadsheet's clipboard as rows of cells: tab-separated, quoted where a cell holds a tab, break or quote. */
export function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  const source = text.replace(/\r\n?/g, '\n').replace(/\n$/, '')
  for (let index = 0; index < source.length; index++) {
    const sign = source[index]
    if (quoted) {
      if (sign !== '"') cell += sign
      else if (source[index + 1] === '"') cell += source[++index]
      else quoted = false
    } else if (sign === '"' && cell === '') {
      quoted = true
    } else if (sign === '\t' || sign === '\n') {
      rows[rows.length - 1].push(cell.trim())
      cell = ''
      if (sign === '\n') rows.push([])
    } else {
      cell += sign
    }
  }
  rows[rows.length - 1].push(cell.trim())
  return rows
}

export interface Column {
  key: string
  label: string
  /** Shown, not typed into. */
  fixed?: boolean
  kind?: 'number' | 'text' | 'select' | 'check'
  choices?: { value: string; label: string }[]
  width?: string
}

export type Row = Record<string, unknown>
export interface Change {
  row: number
  key: string
  value: string
}

/** What pasting these cells at a place changes; what does not fit the grid is counted, not dropped silently. */
export function pasted(cells: string[][], rows: number, columns: Column[], atRow: number, atKey: string): { changes: Change[]; left: number } {
  const open = columns.filter((column) => !column.fixed && column.kind !== 'check')
  const first = open.findIndex((column) => column.key === atKey)
  const changes: Change[] = []
  let left = 0
  cells.forEach((line, down) =>
    line.forEach((text, right) => {
      const column = open[first + right]
      if (!column || atRow + down >= rows) {
        left += 1
        return
      }
      const choice = column.kind === 'select' ? column.choices?.find((one) => one.label === text || one.value === text) : undefined
      if (column.kind === 'select' && !choice) left += 1
      else changes.push({ row: atRow + down, key: column.key, value: choice ? choice.value : text })
    }),
  )
  return { changes, left }
}

/** The messages for one cell, from the server's paths such as `values.3.value`. */
export function cellMessages(errors: Record<string, string[]>, prefix: string, row: number, key: string): string[] {
  return errors[`${prefix}.${row}.${key}`] ?? []
}

/** Messages for a whole row (`values.3`), or for fields of it that are no column. */
export function rowMessages(errors: Record<string, string[]>, prefix: string, row: number, columns: Column[]): string[] {
  const shown = new Set(columns.filter((column) => !column.fixed).map((column) => `${prefix}.${row}.${column.key}`))
  return Object.entries(errors)
    .filter(([path]) => (path === `${prefix}.${row}` || path.startsWith(`${prefix}.${row}.`)) && !shown.has(path))
    .flatMap(([, messages]) => messages)
}
