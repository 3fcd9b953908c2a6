/** Draws at the pace of the screen, however fast events come. */

/** A page that is not looked at gets no frames, but its title and its counts go on, ms. */
const unseenMs = 200;

/** A function that calls `draw` once with the next frame, however often it is called before that. */
export function oncePerFrame(draw: () => void): () => void {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    const go = (): void => {
      if (!isWaiting) return;
      isWaiting = false;
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      draw();
    };
    const frame = requestAnimationFrame(go);
    const timer = setTimeout(go, unseenMs);
  };
}
