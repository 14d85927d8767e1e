import { onBeforeUnmount } from 'vue'
import { confirm } from './confirming'
import { session } from './session'

/** Which forms on the screen hold unsaved changes. */
const unsaved = new Set<() => boolean>()

function anyUnsaved(): boolean {
  return [...unsaved].some((isDirty) => isDirty())
}

/** Have the user asked before he leaves a screen on which `isDirty` answers true. */
export function guardLeaving(isDirty: () => boolean): void {
  unsaved.add(isDirty)
  onBeforeUnmount(() => unsaved.delete(isDirty))
}

/** Whether the screen may be left: nothing is unsaved, or the user says so. */
export async function mayLeave(): Promise<boolean> {
  if (!anyUnsaved()) return true
  return confirm({ title: '有未保存的修改', text: '离开后，本页未保存的修改不会提交。确定离开吗？', yes: '离开', no: '留在本页' })
}

window.addEventListener('beforeunload', (event) => {
  if (!session.leaving && anyUnsaved()) event.preventDefault()
})
