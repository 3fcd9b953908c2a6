/** Runs inside a page: stamps the key press that runs a program and the moment at which its output stands in the page. */

/** The program: no two runs print the same. */
export const program = 'import time\nprint(f"mark-{time.monotonic_ns()}")\n';

/** To be added before anything of the page's own, so that its listener is the first. */
export const stopwatch = (outputPlace: string): string => String.raw`(() => {
  const marks = () => [...document.querySelectorAll(${JSON.stringify(outputPlace)})]
    .flatMap((element) => [...element.textContent.matchAll(/mark-\d{6,}/g)].map(([mark]) => mark));
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.ctrlKey) return;
    const pressed = performance.now();
    const before = new Set(marks());
    window.benchRun = new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (marks().every((mark) => before.has(mark))) return;
        resolve(performance.now() - pressed);
        observer.disconnect();
      });
      observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    });
  }, true);
})();`;

/** Evaluates to ms from key press to output; rejects after 20 s. */
export const readStopwatch = `Promise.race([
  window.benchRun,
  new Promise((_, reject) => setTimeout(() => reject(new Error("no output after 20 s")), 20_000)),
])`;
