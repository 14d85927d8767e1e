import { onBeforeUnmount, ref, type Ref, shallowRef, watch } from 'vue'
import { asProblem, type Problem } from './problem'

export interface Loading<T> {
  value: Ref<T | null>
  problem: Ref<Problem | null>
  busy: Ref<boolean>
  load: () => Promise<void>
}

/** Something to load: again whenever `depends` changes; an older answer never overwrites a newer one. */
export function useLoading<T>(ask: () => Promise<T>, depends?: () => unknown): Loading<T> {
  const value = shallowRef<T | null>(null)
  const problem = ref<Problem | null>(null)
  const busy = ref(false)
  let turn = 0

  async function load(): Promise<void> {
    const mine = ++turn
    busy.value = true
    try {
      const answer = await ask()
      if (mine !== turn) return
      value.value = answer
      problem.value = null
    } catch (error) {
      if (mine === turn) problem.value = asProblem(error)
    } finally {
      if (mine === turn) busy.value = false
    }
  }

  if (depends) {
    watch(depends, () => {
      value.value = null
      void load()
    })
  }
  void load()
  return { value, problem, busy, load }
}

/** Load again every few seconds while `while_` answers true: progress of an export, a check that is under way. */
export function usePolling(loading: Loading<unknown>, while_: () => boolean, seconds = 2): void {
  const timer = window.setInterval(() => {
    if (while_() && !loading.busy.value && document.visibilityState === 'visible') void loading.load()
  }, seconds * 1000)
  onBeforeUnmount(() => window.clearInterval(timer))
}
