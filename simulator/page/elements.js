/** Makes elements, and keeps a list of them in step without taking anybody's focus away. */

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] attributes; `text` is the content, `on…` a listener
 * @param {...Node} children
 * @returns {HTMLElement}
 */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "text") made.textContent = String(value);
    else if (typeof value === "function") made.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/**
 * @param {string} id
 * @returns {any} the element of the page with this id, of whatever kind it is there
 */
export function at(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}

/** Writes only what changed, so that a screen reader and a selection are left in peace. */
export function say(/** @type {HTMLElement} */ element, /** @type {string} */ text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Turns a switch of the page. */
export function turn(/** @type {HTMLElement} */ element, /** @type {boolean} */ on) {
  element.setAttribute("aria-checked", String(on));
}

/** Whether a switch is on. */
export function isOn(/** @type {HTMLElement} */ element) {
  return element.getAttribute("aria-checked") === "true";
}

/**
 * Keeps the children of a list: one per thing, in this order; the same thing keeps its element.
 * @template T
 * @param {HTMLElement} list
 * @param {T[]} things
 * @param {(thing: T) => string} key
 * @param {(thing: T) => HTMLElement} make
 * @param {(element: HTMLElement, thing: T) => void} update
 */
export function keep(list, things, key, make, update) {
  const wanted = new Set(things.map(key));
  /** @type {Map<string, HTMLElement>} */
  const known = new Map();
  for (const child of /** @type {HTMLElement[]} */ ([...list.children])) {
    const name = child.dataset.key ?? "";
    if (wanted.has(name)) known.set(name, child);
    // What goes is gone before anything is moved: an element that is moved loses its focus.
    else child.remove();
  }
  let place = list.firstElementChild;
  for (const thing of things) {
    const name = key(thing);
    const element = known.get(name) ?? make(thing);
    element.dataset.key = name;
    update(element, thing);
    if (element === place) place = place.nextElementSibling;
    else list.insertBefore(element, place);
  }
}
