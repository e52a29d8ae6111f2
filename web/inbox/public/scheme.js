/* The reader's own choice of light or dark, before the first paint: scheme.ts keeps it. */
try {
  const scheme = JSON.parse(localStorage.getItem("cloud-inbox:scheme"));
  if (scheme === "light" || scheme === "dark") document.documentElement.dataset.scheme = scheme;
} catch {
  // Storage is denied, or it holds something else: the system's colours it is.
}
