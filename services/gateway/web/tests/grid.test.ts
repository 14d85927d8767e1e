import { describe, expect, test } from 'vitest'
import { cellMessages, cellsOf, type Column, pasted, rowMessages } from '../src/blocks/grid'

const COLUMNS: Column[] = [
  { key: 'hour', label: '时间', fixed: true },
  { key: 'value', label: '浓度', kind: 'number' },
  { key: 'mark', label: '标记', kind: 'select', choices: [{ value: 'N', label: '正常' }, { value: 'F', label: '停运' }] },
]

describe('a block from Excel', () => {
  test('is read with tabs, breaks, quoted cells and the last empty line', () => {
    expect(cellsOf('1\t2\r\n3\t4\r\n')).toEqual([['1', '2'], ['3', '4']])
    expect(cellsOf('"a\tb"\t"say ""x"""\n')).toEqual([['a\tb', 'say "x"']])
    expect(cellsOf('5')).toEqual([['5']])
  })

  test('goes into the cells from the place where it is pasted', () => {
    expect(pasted([['1', '停运'], ['2', 'N']], 24, COLUMNS, 3, 'value')).toEqual({
      changes: [
        { row: 3, key: 'value', value: '1' },
        { row: 3, key: 'mark', value: 'F' },
        { row: 4, key: 'value', value: '2' },
        { row: 4, key: 'mark', value: 'N' },
      ],
      left: 0,
    })
  })

  test('is counted where it does not fit', () => {
    const { changes, left } = pasted([['1', '没有的', '9'], ['2', 'N', '9']], 1, COLUMNS, 0, 'value')
    expect(changes).toEqual([{ row: 0, key: 'value', value: '1' }])
    expect(left).toBe(5)
  })
})

describe('the server’s messages', () => {
  const errors = { 'values.3.value': ['须为数字'], 'values.3': ['时间重复'], 'values.3.flag': ['不识别'], 'values.31.value': ['别的行'] }

  test('stand at their cell', () => {
    expect(cellMessages(errors, 'values', 3, 'value')).toEqual(['须为数字'])
    expect(cellMessages(errors, 'values', 4, 'value')).toEqual([])
  })

  test('stand below the row where no cell shows them', () => {
    expect(rowMessages(errors, 'values', 3, COLUMNS)).toEqual(['时间重复', '不识别'])
  })
})
