import { expect, test } from 'vitest'
import { fromQuery, toQuery } from '../src/blocks/usePagedList'

test('filters, page and size come back from the address that they were put into', () => {
  const query = toQuery({ name: ' 示例 ', region: '' }, 3, 50)
  expect(query).toEqual({ name: '示例', page: '3', size: '50' })
  expect(fromQuery(query, ['name', 'region'])).toEqual({ page: 3, size: 50, filters: { name: '示例', region: '' } })
})

test('nonsense in the address counts as not said', () => {
  expect(fromQuery({ page: '-1', size: '7', name: ['a', 'b'] }, ['name'])).toEqual({ page: 1, size: 20, filters: { name: '' } })
  expect(fromQuery({ page: '1e9999' }, [])).toEqual({ page: 1, size: 20, filters: {} })
})
