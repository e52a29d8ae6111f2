// Swagger UI on our own description.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  validatorUrl: null, // its default asks a third party about us
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
});
