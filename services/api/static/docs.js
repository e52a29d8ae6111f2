// This release of Swagger UI draws OpenAPI 3.0 only. Ours is 3.1, so the few words that differ are put in 3.0's terms
// for drawing; /openapi.json stays as it is.

/** @param {any} schema */
export function drawable(schema) {
  if (Array.isArray(schema)) return schema.map(drawable);
  if (schema === null || typeof schema !== "object") return schema;
  const { const: only, anyOf, examples, ...rest } = schema;
  const drawn = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, drawable(value)]));
  if (only !== undefined) drawn.enum = [only];
  if (Array.isArray(anyOf)) {
    const kept = anyOf.filter((each) => each.type !== "null");
    if (kept.length < anyOf.length) drawn.nullable = true;
    if (kept.length === 1) return { ...drawable(kept[0]), ...drawn };
    drawn.anyOf = kept.map(drawable);
  }
  return drawn;
}

if (typeof document !== "undefined") {
  const description = await (await fetch("/openapi.json")).json();
  SwaggerUIBundle({
    spec: { ...drawable(description), openapi: "3.0.3" },
    dom_id: "#docs",
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    docExpansion: "list",
    validatorUrl: null, // its default asks a third party about us
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
}
