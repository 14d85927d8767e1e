import { createApp } from 'vue'
import App from './App.vue'
import { createConsole } from './shell/router'
import { signedOn } from './shell/signing-on'
import './styles/index.css'

const waiting = signedOn()
const router = createConsole(waiting)
createApp(App, { waiting }).use(router).mount('#app')
