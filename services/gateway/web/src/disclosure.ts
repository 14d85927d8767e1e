// The disclosure site's charts. Its pages are complete without them: a table that wants one gets it, drawn from its own cells, when it
// comes near to what is seen; only then is the chart library loaded.
const watching = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue
      watching.unobserve(target)
      void import('./disclosure/tableChart').then(({ drawBefore }) => drawBefore(target as HTMLTableElement))
    }
  },
  { rootMargin: '300px' },
)
document.querySelectorAll('table[data-chart]').forEach((table) => watching.observe(table))

export {}
