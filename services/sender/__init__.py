"""Commands to Graph: at most one WhatsApp message per click."""
