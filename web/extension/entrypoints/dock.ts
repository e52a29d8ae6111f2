/** Starts the dock. Not a content script to WXT, whose own ones announce themselves to the page. */
import { defineUnlistedScript } from "wxt/utils/define-unlisted-script";
import { dock } from "../dock/dock";

export default defineUnlistedScript(() => dock());
