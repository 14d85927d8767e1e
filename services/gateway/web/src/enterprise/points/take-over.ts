/** Taking the permit's proposals over: each point, then its items, then its match, one command after the other. What is done stays done,
 *  and going on again sends only what is left. */
import { Attempts, type Schema, send, type Sent } from '../../blocks/api'
import { asProblem, type Problem } from '../../blocks/problem'

type Proposal = Schema<'enterprise.ProposalView'>
type ProposedItem = Schema<'enterprise.ProposedItem'>
type State = 'waiting' | 'running' | 'done' | 'failed'

export interface Step {
  chosen: boolean
  state: State
  message: string
  fields: Record<string, string[]>
}

export interface ItemRow extends Step {
  from: ProposedItem
  pollutant_code: string
  method: ProposedItem['method']
  frequency: string
  lower: string
  upper: string
  unit: string
  device_name: string
  device_model: string
  monitoring_method: string
  method_source: string
}

export interface PointRow extends Step {
  from: Proposal
  /** The own point, as soon as it is there. */
  point_id: string | null
  form: Proposal['point']
  items: ItemRow[]
  match: Step
}

function waiting(): Step {
  return { chosen: true, state: 'waiting', message: '', fields: {} }
}

export function rowOf(proposal: Proposal): PointRow {
  return {
    ...waiting(),
    from: proposal,
    point_id: proposal.own_point_id,
    form: { ...proposal.point },
    items: proposal.items.map((item) => ({
      ...waiting(),
      from: item,
      pollutant_code: item.pollutant_code ?? '',
      method: item.method,
      frequency: item.frequency,
      lower: item.limits.lower ?? '',
      upper: item.limits.upper ?? '',
      unit: item.limits.unit,
      device_name: '',
      device_model: '',
      monitoring_method: '',
      method_source: '',
    })),
    match: waiting(),
  }
}

/** What the permit wrote as the limit goes along only where its bounds were not changed by hand. */
function limitsOf(row: ItemRow) {
  const { lower, upper, unit } = row
  const asProposed = lower === (row.from.limits.lower ?? '') && upper === (row.from.limits.upper ?? '')
  return { lower: lower || null, upper: upper || null, unit, text: asProposed ? row.from.limits.text : '' }
}

export interface Counts {
  done: number
  failed: number
  all: number
}

export function countsOf(rows: PointRow[]): Counts {
  const steps = rows.flatMap(stepsOf)
  const settled = (state: State): number => steps.filter((step) => step.state === state).length
  return { done: settled('done'), failed: settled('failed'), all: steps.length }
}

function stepsOf(row: PointRow): Step[] {
  if (!row.chosen) return []
  return [...(row.from.own_point_id ? [] : [row as Step]), ...row.items.filter((item) => item.chosen), ...(row.match.chosen ? [row.match] : [])]
}

const attempts = new WeakMap<Step, Attempts>()
function attemptsOf(step: Step): Attempts {
  const known = attempts.get(step) ?? new Attempts()
  attempts.set(step, known)
  return known
}

/** Do what is left of the chosen rows. Stops early only where going on is useless (no connection, the platform is away): answers that problem. */
export async function takeOver(discharger_id: string, rows: PointRow[], matched: (permitPoint: string, point_id: string) => boolean): Promise<Problem | null> {
  for (const row of rows.filter((one) => one.chosen)) {
    const stopped = await takePoint(discharger_id, row, matched)
    if (stopped) return stopped
  }
  return null
}

async function takePoint(discharger_id: string, row: PointRow, matched: (permitPoint: string, point_id: string) => boolean): Promise<Problem | null> {
  if (!row.point_id) {
    const stopped = await run(row, row.form, async (key) => {
      row.point_id = (await send('post', '/dischargers/{discharger_id}/points', { ids: { discharger_id }, key, body: row.form as Sent<'commands.AddPoint.body'> })).id
    })
    if (stopped || !row.point_id) return stopped
  }
  const point_id = row.point_id
  const { valid_from, valid_to } = row.form
  for (const item of row.items.filter((one) => one.chosen && one.state !== 'done')) {
    const { pollutant_code, method, frequency, device_name, device_model, monitoring_method, method_source } = item
    const how: Partial<Sent<'commands.AddItem.body'>> = method === 'automatic' ? { device_name, device_model } : { monitoring_method, method_source }
    // What is not said here has the service's own defaults.
    const body = { pollutant_code, method, frequency, limits: limitsOf(item), valid_from, valid_to, ...how } as Sent<'commands.AddItem.body'>
    const stopped = await run(item, body, (key) => send('post', '/points/{point_id}/items', { ids: { point_id }, key, body }))
    if (stopped) return stopped
  }
  const permit_point = row.from.permit_point.key
  if (!row.match.chosen || row.match.state === 'done') return null
  if (matched(permit_point, point_id)) {
    row.match.state = 'done'
    return null
  }
  const body = { permit_point, point_id, expected_version: null }
  return run(row.match, body, (key) => send('post', '/dischargers/{discharger_id}/matching/pairs', { ids: { discharger_id }, key, body }))
}

async function run(step: Step, body: unknown, work: (key: string) => Promise<unknown>): Promise<Problem | null> {
  step.state = 'running'
  step.message = ''
  step.fields = {}
  try {
    await attemptsOf(step).run(body, work)
    step.state = 'done'
    return null
  } catch (error) {
    const problem = asProblem(error)
    const said = Object.values(problem.fields).flat()
    step.state = 'failed'
    step.message = said.length ? [...new Set(said)].join('；') : problem.message
    step.fields = problem.fields
    return problem.retriable ? problem : null
  }
}
