/** A webhook receiver on Express 5 and amqplib as its best users write it: signature, schema, confirm, 200. */
import express from "express";
import { publisher } from "./broker.js";
import { isSigned, isSound } from "./checks.js";

const { AMQP_URL, QUEUE, PORT, APP_SECRET } = process.env;
const publish = await publisher(AMQP_URL, QUEUE);

const app = express().disable("x-powered-by").disable("etag");
app.post("/webhooks/:key", express.raw({ type: "*/*", limit: "4mb" }), async (request, response) => {
  if (!isSigned(APP_SECRET, request.body, request.headers["x-hub-signature-256"])) return response.sendStatus(401);
  if (!isSound(request.body)) return response.sendStatus(400);
  await publish(request.body);
  response.sendStatus(200);
});
app.listen(Number(PORT), "127.0.0.1");
