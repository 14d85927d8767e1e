import { read } from '../blocks/api'
import { type Me, session } from '../blocks/session'

/** Find out who is signed in; for an enterprise also its dischargers. Without a session the browser goes to the sign-in page.
 *  @throws Problem where the platform does not answer */
export async function signedOn(): Promise<void> {
  session.me = (await read('/me')) as Me
  if (session.me.applicant) {
    session.leaving = true
    window.location.assign('/sign-in/epb/application')
    return
  }
  if (session.me.realm === 'enterprise') await loadSites()
}

/** The enterprise's dischargers; the frame opens without them where the service is away, and screens say so. */
export async function loadSites(): Promise<void> {
  try {
    session.sites = (await read('/dischargers', {}, { page_size: 500 })).rows
  } catch (error) {
    console.warn('dischargers could not be loaded', error)
  }
}
