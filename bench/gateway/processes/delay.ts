/** A line that is long: passes bytes of TCP connections on half a round trip later, and answers a new connection's first bytes likewise. */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

const [target = "", roundTripMs = "40"] = process.argv.slice(2);
const half = Number(roundTripMs) / 2;
const server = createServer({ noDelay: true }, (near) => {
  const far = connect({ host: "127.0.0.1", port: Number(target), noDelay: true });
  pass(near, far);
  pass(far, near);
});

/** Timers of one length fire in order, so the bytes stay in order. */
function pass(from: Socket, to: Socket): void {
  from.on("data", (bytes) => setTimeout(() => to.write(bytes), half));
  from.on("end", () => setTimeout(() => to.end(), half));
  from.on("error", () => to.destroy());
  from.on("close", () => setTimeout(() => to.destroy(), half));
}
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});
