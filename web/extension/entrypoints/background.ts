/** Starts the worker. */
import { socketLine } from "@core/socket";
import { browserClock } from "@inbox/environment";
import { defineBackground } from "wxt/utils/define-background";
import { work } from "../worker/worker";

export default defineBackground(() => work(socketLine({ WebSocket, clock: browserClock })));
