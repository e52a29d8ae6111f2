/** Starts the worker. */
import { socketLine } from "@core/socket";
import { defineBackground } from "wxt/utils/define-background";
import { clock } from "../worker/clock";
import { work } from "../worker/worker";

export default defineBackground(() => work(socketLine({ WebSocket, clock })));
