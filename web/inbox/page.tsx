/** The page at `/`: the inbox of the server that handed it out. */
import { pageEnvironment } from "./environment";
import { mount } from "./mount";

const place = document.getElementById("inbox");
if (place) mount(place, pageEnvironment(location.origin));

// Without a secure context there are none, and the page simply needs its server.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  navigator.serviceWorker.register("/offline.js").catch(() => {});
}
