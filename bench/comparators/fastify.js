/** The same on Fastify 5, whose own body parser is told to leave the bytes alone: the signature covers them. */
import Fastify from "fastify";
import { publisher } from "./broker.js";
import { isSigned, isSound } from "./checks.js";

const { AMQP_URL, QUEUE, PORT, APP_SECRET } = process.env;
const publish = await publisher(AMQP_URL, QUEUE);

const app = Fastify({ logger: false, bodyLimit: 4 * 1024 * 1024 });
app.removeAllContentTypeParsers();
app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
app.post("/webhooks/:key", async (request, reply) => {
  if (!isSigned(APP_SECRET, request.body, request.headers["x-hub-signature-256"])) return reply.code(401).send("");
  if (!isSound(request.body)) return reply.code(400).send("");
  await publish(request.body);
  return reply.code(200).send("OK");
});
await app.listen({ port: Number(PORT), host: "127.0.0.1" });
