/* For the oldest browsers too, so ES3 only: who lacks what the console is built for (Chromium 86) is told how to switch.
   The selector came with exactly that version; browsers in IE mode have no CSS.supports at all. */
(function () {
  var able = false
  try {
    able = window.CSS && window.CSS.supports && window.CSS.supports('selector(:focus-visible)')
  } catch (error) {
    able = false
  }
  if (!able) {
    window.location.replace('/unsupported')
  }
})()
