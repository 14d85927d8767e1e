import { computed, inject, type InjectionKey, nextTick, provide, reactive, type Ref, ref, watch } from 'vue'
import { Attempts } from './api'
import { draftOf, dropDraft, keepDraft } from './drafts'
import { guardLeaving } from './leaving'
import { asProblem, type Problem } from './problem'

export interface FormOptions<V extends object, A> {
  /** Names the draft: unique for the record, such as `profile:${id}`. */
  name: string
  /** The values to begin with; may be replaced with `form.reset(values)` once they are loaded. */
  initial: V
  /** Carry it out; the key is the same for every attempt at the same content. */
  save: (values: V, key: string) => Promise<A>
  /** After it is saved. */
  saved?: (answer: A) => void | Promise<void>
  /** After the server said that somebody else has changed the record: load it anew, and answer it. */
  reload?: () => Promise<V>
}

export interface Form<V extends object> {
  values: V
  errors: Ref<Record<string, string[]>>
  /** What is wrong with the whole: shown by FormFrame. */
  problem: Ref<Problem | null>
  dirty: Ref<boolean>
  saving: Ref<boolean>
  /** The values came from a draft of this window. */
  restored: Ref<boolean>
  /** … and since then somebody else has changed the record: only what was typed stands over what he saved. */
  changedMeanwhile: Ref<boolean>
  submit: () => Promise<boolean>
  /** Begin anew from these values (as loaded); a kept draft is put over them. */
  reset: (values: V, options?: { withDraft?: boolean }) => void
  /** Drop what was typed. */
  discard: () => void
  /** After a conflict: take the other's values, keep mine for comparison. */
  takeTheirs: () => Promise<void>
  messagesOf: (name: string) => string[]
  /** Paths that have a field on the screen, which shows their messages itself. */
  fields: Set<string>
}

export const FORM: InjectionKey<Form<object>> = Symbol('form')

/** The fields of a record with what goes with them: dirtiness, draft, question on leaving, server's errors by field, conflict, retry. */
export function useForm<V extends object, A = unknown>(options: FormOptions<V, A>): Form<V> {
  const values = reactive(copy(options.initial)) as V
  const errors = ref<Record<string, string[]>>({})
  const problem = ref<Problem | null>(null)
  const saving = ref(false)
  const restored = ref(false)
  const changedMeanwhile = ref(false)
  let restoring = false
  const base = ref(JSON.stringify(options.initial))
  const attempts = new Attempts()
  const dirty = computed(() => JSON.stringify(values) !== base.value)

  watch(
    () => JSON.stringify(values),
    (now, before) => {
      if (restoring) return
      if (now === base.value) dropDraft(options.name)
      else keepDraft(options.name, { base: base.value, values })
      clearCorrected(JSON.parse(now), JSON.parse(before), errors.value)
    },
    { flush: 'sync' },
  )
  guardLeaving(() => dirty.value && !saving.value)

  function reset(fresh: V, { withDraft = true } = {}): void {
    const draft = withDraft ? draftOf<{ base: string; values: V }>(options.name) : null
    restoring = true
    base.value = JSON.stringify(fresh)
    replace(values, draft ? { ...fresh, ...typed(draft) } : fresh)
    errors.value = {}
    problem.value = null
    restored.value = JSON.stringify(values) !== base.value
    changedMeanwhile.value = restored.value && draft !== null && draft.base !== base.value
    restoring = false
  }

  function discard(): void {
    dropDraft(options.name)
    reset(JSON.parse(base.value) as V, { withDraft: false })
  }

  async function submit(): Promise<boolean> {
    if (saving.value) return false
    saving.value = true
    problem.value = null
    errors.value = {}
    try {
      const sent = copy(values)
      const answer = await attempts.run(sent, (key) => options.save(sent, key))
      base.value = JSON.stringify(sent)
      dropDraft(options.name)
      restored.value = false
      await options.saved?.(answer)
      return true
    } catch (error) {
      problem.value = asProblem(error)
      errors.value = { ...problem.value.fields }
      saving.value = false
      await focusFirstError()
      return false
    } finally {
      saving.value = false
    }
  }

  async function takeTheirs(): Promise<void> {
    if (!options.reload) return
    try {
      const theirs = await options.reload()
      dropDraft(options.name)
      reset(theirs, { withDraft: false })
    } catch (error) {
      problem.value = asProblem(error)
    }
  }

  const form: Form<V> = {
    values, errors, problem, dirty, saving, restored, changedMeanwhile, submit, reset, discard, takeTheirs,
    messagesOf: (name) => errors.value[name] ?? [],
    fields: reactive(new Set<string>()),
  }
  provide(FORM, form as unknown as Form<object>)
  if (draftOf(options.name)) reset(copy(options.initial))
  return form
}

/** The form around a field, if there is one. */
export function formAround(): Form<object> | null {
  return inject(FORM, null)
}

/** The fields that the draft has otherwise than the record that it began from. */
function typed<V extends object>(draft: { base: string; values: V }): Partial<V> {
  const before = JSON.parse(draft.base) as Partial<V>
  const changed = Object.entries(draft.values).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key as keyof V]))
  return Object.fromEntries(changed) as Partial<V>
}

function copy<V>(value: V): V {
  return JSON.parse(JSON.stringify(value)) as V
}

function replace(target: object, source: object): void {
  // All of them, so that the fields stand in the source's order: what is unsaved is told by comparing the JSON.
  for (const key of Object.keys(target)) delete (target as Record<string, unknown>)[key]
  Object.assign(target, copy(source))
}

/** An error goes as soon as its field is changed; others stay until the next attempt. */
export function clearCorrected(now: unknown, before: unknown, errors: Record<string, string[]>): void {
  for (const path of Object.keys(errors)) if (at(now, path) !== at(before, path)) delete errors[path]
}

function at(value: unknown, path: string): string {
  let found: unknown = value
  for (const part of path.split('.')) found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[part] : undefined
  return JSON.stringify(found)
}

async function focusFirstError(): Promise<void> {
  await nextTick()
  const wrong = document.querySelector<HTMLElement>('[aria-invalid="true"]') ?? document.querySelector<HTMLElement>('.form-problem')
  wrong?.focus()
}
