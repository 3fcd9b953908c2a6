/** Draws at the pace of the screen, however fast events come, and never so often that nothing else gets its turn. */

/** A page that is not looked at gets no frames, but its title and its counts go on, ms. */
const unseenMs = 200;
/** After a draw the page is left in peace for this many times as long as it took. */
const restTimes = 3;

/**
 * A function that calls `draw` once with the next frame, however often it is called before that. What drawing takes, with all that
 * follows from it in the same frame, is a quarter of the time at most: on a slow machine there are fewer draws, and the page still scrolls.
 */
export function oncePerFrame(draw: () => void): () => void {
  let isWaiting = false;
  let restsUntil = 0;
  const go = (): void => {
    const began = performance.now();
    isWaiting = false;
    draw();
    // Comes after the frame's own layout and paint.
    setTimeout(() => {
      const ended = performance.now();
      restsUntil = ended + restTimes * (ended - began);
    });
  };
  const atNextFrame = (): void => {
    const frame = requestAnimationFrame(() => {
      clearTimeout(timer);
      go();
    });
    const timer = setTimeout(() => {
      cancelAnimationFrame(frame);
      go();
    }, unseenMs);
  };
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    const restMs = restsUntil - performance.now();
    if (restMs > 0) setTimeout(atNextFrame, restMs);
    else atNextFrame();
  };
}
