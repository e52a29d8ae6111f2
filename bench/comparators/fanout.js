/** Live updates on Bun, whose WebSockets are uWebSockets': a topic for each number, published by HTTP. */
const { PORT } = process.env;

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(PORT),
  async fetch(request, server) {
    const url = new URL(request.url);
    if (url.pathname === "/publish") {
      server.publish(url.searchParams.get("id"), await request.text());
      return new Response("ok");
    }
    if (url.pathname === "/live" && server.upgrade(request, { data: url.searchParams.get("id") })) return;
    return new Response("no such page", { status: 404 });
  },
  websocket: {
    perMessageDeflate: false,
    idleTimeout: 255,
    backpressureLimit: 2 * 1024 * 1024,
    closeOnBackpressureLimit: true,
    open(socket) {
      socket.subscribe(socket.data);
    },
    message() {},
  },
});
process.on("SIGTERM", () => server.stop(true));
