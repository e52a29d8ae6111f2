"""The part of the Graph API a business uses to send and to look after its number."""
