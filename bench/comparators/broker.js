/** One confirming channel to a durable quorum queue; `publish` is done when the message is on disk. */
import { connect } from "amqplib";

export async function publisher(url, queue) {
  const connection = await connect(url, { heartbeat: 5 });
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue(queue, { durable: true, arguments: { "x-queue-type": "quorum" } });
  return (body) =>
    new Promise((done, failed) => {
      channel.publish("", queue, body, { persistent: true, mandatory: true }, (error) =>
        error ? failed(error) : done(),
      );
    });
}
