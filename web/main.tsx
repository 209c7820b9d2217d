/** Where the app begins. Components live elsewhere, so that an edit of theirs keeps its state while developing. */
import { createRoot } from 'react-dom/client'
import { App } from './shell/app'
import { openSession } from './shell/session'
import { applySettings } from './shell/settings'
import { installWorker } from './shell/worker'

applySettings()
void openSession()
installWorker()
createRoot(document.getElementById('app')!).render(<App />)
