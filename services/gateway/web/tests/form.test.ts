import { beforeEach, expect, test, vi } from 'vitest'
import { createApp, nextTick } from 'vue'
import { problemOf } from '../src/blocks/problem'
import { type Form, type FormOptions, useForm } from '../src/blocks/useForm'

interface Values {
  name: string
  rows: { value: string }[]
}

function opened(options: Partial<FormOptions<Values, string>> = {}): { form: Form<Values>; close: () => void } {
  let form!: Form<Values>
  const app = createApp({
    setup() {
      form = useForm<Values, string>({ name: 'form', initial: { name: '', rows: [{ value: '' }] }, save: async () => 'done', ...options })
      return () => null
    },
  })
  app.mount(document.createElement('div'))
  return { form, close: () => app.unmount() }
}

beforeEach(() => window.sessionStorage.clear())

test('what was typed comes back when the form is opened again, until it is saved', async () => {
  const first = opened()
  first.form.values.name = '示例'
  first.close()
  const second = opened()
  expect(second.form.values.name).toBe('示例')
  expect(second.form.restored.value).toBe(true)
  await second.form.submit()
  second.close()
  expect(opened().form.values.name).toBe('')
})

test('a draft is put over what is loaded later', () => {
  const first = opened()
  first.form.values.name = '我的'
  first.close()
  const second = opened()
  second.form.reset({ name: '已保存', rows: [] })
  expect(second.form.values.name).toBe('我的')
  second.form.discard()
  expect(second.form.values.name).toBe('已保存')
  expect(second.form.dirty.value).toBe(false)
})

test('what somebody else saved meanwhile is kept where nothing was typed', () => {
  const first = opened({ initial: { name: '旧', rows: [{ value: '1' }] } })
  first.form.values.name = '我的'
  first.close()
  const second = opened({ initial: {} as Values })
  second.form.reset({ name: '旧', rows: [{ value: '他人的' }] })
  expect(second.form.values).toEqual({ name: '我的', rows: [{ value: '他人的' }] })
  expect(second.form.changedMeanwhile.value).toBe(true)
  second.form.discard()
  expect(second.form.values).toEqual({ name: '旧', rows: [{ value: '他人的' }] })
  expect(second.form.dirty.value).toBe(false)
})

test('a draft of a later field leaves nothing unsaved once it is dropped', () => {
  const first = opened({ initial: { name: '旧', rows: [{ value: '1' }] } })
  first.form.values.rows[0].value = '2'
  first.close()
  const second = opened({ initial: {} as Values })
  second.form.reset({ name: '旧', rows: [{ value: '1' }] })
  expect(second.form.values.rows).toEqual([{ value: '2' }])
  second.form.discard()
  expect(second.form.dirty.value).toBe(false)
})

test('errors stand at their fields, and go when these are changed', async () => {
  const refusal = problemOf(422, JSON.stringify({ code: 'input.invalid', detail: '有误', errors: [{ field: 'name', messages: ['必填项'] }, { field: 'rows.0.value', messages: ['须为数字'] }] }))
  const { form } = opened({ save: () => Promise.reject(refusal) })
  form.values.name = 'x'
  expect(await form.submit()).toBe(false)
  expect(form.messagesOf('rows.0.value')).toEqual(['须为数字'])
  form.values.rows[0].value = '1'
  await nextTick()
  expect(form.messagesOf('rows.0.value')).toEqual([])
  expect(form.messagesOf('name')).toEqual(['必填项'])
})

test('after a lost connection the same content is sent with the same key, other content with another', async () => {
  const keys: string[] = []
  const save = vi.fn((_: Values, key: string) => {
    keys.push(key)
    return Promise.reject(problemOf(503, ''))
  })
  const { form } = opened({ save })
  form.values.name = 'a'
  await form.submit()
  await form.submit()
  form.values.name = 'b'
  await form.submit()
  expect(keys[1]).toBe(keys[0])
  expect(keys[2]).not.toBe(keys[0])
})

test('a refused content gets a new key at the next attempt', async () => {
  const keys: string[] = []
  const { form } = opened({
    save: (_, key) => {
      keys.push(key)
      return Promise.reject(problemOf(409, JSON.stringify({ code: 'record.changed', detail: '已被他人修改' })))
    },
  })
  await form.submit()
  await form.submit()
  expect(keys[1]).not.toBe(keys[0])
  expect(form.problem.value?.conflict).toBe(true)
})
