/** The plainest server that could be in our place: runs python3 for each WebSocket and passes its standard output on. */
import { spawn } from "node:child_process";
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("listening", () => {
  const address = server.address();
  if (typeof address === "object") process.stdout.write(`port ${address?.port}\n`);
});
server.on("connection", (socket, { url }) => {
  const query = new URL(url ?? "/", "http://localhost").searchParams;
  const child = spawn("/usr/bin/python3", [...query.getAll("option"), "main.py"], {
    cwd: query.get("folder") ?? "/",
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.on("data", (bytes: Buffer) => {
    child.stdout.pause();
    socket.send(bytes, () => child.stdout.resume());
  });
  child.on("close", () => socket.close());
  socket.on("close", () => child.kill("SIGKILL"));
});
