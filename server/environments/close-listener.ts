/** For programs that call nobody: their 127.0.0.1:443 is closed. */
import type { ListenerHandle } from "../gateway/gateway.ts";

export async function closeListener(handle: ListenerHandle): Promise<void> {
  if (typeof handle === "object" && handle !== null && "close" in handle) (handle.close as () => void)();
}
