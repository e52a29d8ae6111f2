/** The page `inbox.html`. */
import { start } from "../../frame/start";

const place = document.getElementById("inbox");
if (place) void start(place);
